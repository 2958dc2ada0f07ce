import type pg from 'pg';
import { z } from 'zod';
import { query, transaction } from '../pool.ts';
import { holdsLease, type Lease } from './lease.ts';
import { orDamaged } from './ledger-alarm.ts';
import { appendQueued, type QueuedLeaf, type TreeGrowth, treeGrowth, treeSize } from './stored-tree.ts';

const queueStatement = {
  name: 'sequencer-queue',
  text: 'SELECT entry_id, leaf_hash FROM ledger_pending ORDER BY instance, sequence LIMIT $1',
};

const queueRow = z
  .strictObject({ entry_id: z.string(), leaf_hash: z.instanceof(Buffer) })
  .transform(({ entry_id, leaf_hash }) => ({ entry: entry_id, hash: leaf_hash }));

/**
 * Moves what is queued into the tree, in one transaction under the lease's fence, and resolves with how
 * many. What it needs to know is read and calculated before the lease is locked: a tree of the same size
 * is the same tree, and what was queued then is queued still. So a leader that freezes while much is on
 * its way to it holds nobody up.
 */
export async function moveQueue(pool: pg.Pool, lease: Lease, batch: number): Promise<number> {
  const size = await treeSize(pool);
  const queued = (await query(pool, queueStatement, [batch])).map((row) => queueRow.parse(row));
  if (queued.length === 0) return 0;
  const growth = await growthAt(pool, size, queued);
  if (growth === null) return 0;
  return transaction(pool, async (client) => {
    if (!(await holdsLease(client, lease)) || (await treeSize(client)) !== size) return 0;
    await appendQueued(client, growth);
    return queued.length;
  });
}

/**
 * null: the tree has grown since its size was read, as it has for a leader that was frozen in between. Its tiles
 * are those of another moment then, which is no damage.
 */
async function growthAt(pool: pg.Pool, size: number, queued: readonly QueuedLeaf[]): Promise<TreeGrowth | null> {
  return orDamaged(size, async () => {
    try {
      return await treeGrowth(pool, size, queued);
    } catch (error) {
      if (error instanceof RangeError && (await treeSize(pool)) !== size) return null;
      throw error;
    }
  });
}
