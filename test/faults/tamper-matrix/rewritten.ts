import type pg from 'pg';
import { type FlushHead, flushHeadHash, flushHeadText } from '../../../src/core/ledger/flush-head.ts';
import { treeOf } from '../../../src/core/ledger/merkle.ts';
import { growTiles } from '../../../src/core/ledger/tile.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import type { Signer } from './tampered-world.ts';

/** A history that was made consistent again after a change, by somebody who knows how: only signatures are hard to get. */

/** The database as it was when the tree had this size, with whatever came since gone. */
export async function restore(client: pg.PoolClient, size: number): Promise<void> {
  const gone = 'SELECT id FROM ledger_entry WHERE id NOT IN (SELECT entry_id FROM ledger_tree)';
  await client.query('DELETE FROM ledger_tree WHERE index >= $1', [size]);
  await client.query('DELETE FROM ledger_pending');
  await client.query(`DELETE FROM ledger_opening WHERE entry_id IN (${gone})`);
  await client.query(`DELETE FROM ledger_entry WHERE id IN (${gone})`);
  await client.query(`DELETE FROM ledger_flush f WHERE NOT EXISTS
    (SELECT 1 FROM ledger_entry e WHERE e.instance = f.instance AND e.flush = f.number)`);
  await client.query('DELETE FROM ledger_checkpoint WHERE size > $1', [size]);
  await rebuildTiles(client);
}

/** Tiles of the leaf hashes as they stand now. */
export async function rebuildTiles(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ leaf_hash: Buffer }>(
    'SELECT e.leaf_hash FROM ledger_tree t JOIN ledger_entry e ON e.id = t.entry_id ORDER BY t.index',
  );
  await client.query('DELETE FROM ledger_tile');
  for (const { level, index, hashes } of growTiles(
    0,
    [],
    rows.map((row) => row.leaf_hash),
  )) {
    await client.query('INSERT INTO ledger_tile VALUES ($1, $2, $3)', [level, index, hashes]);
  }
}

interface FlushColumns extends FlushHead {
  readonly signature: Buffer;
}

/** Roots, heads and the chain of every flush as its leaves stand now; signed again by who has a key for it. */
export async function rebuildFlushes(client: pg.PoolClient, signer: Signer | null): Promise<void> {
  const { rows } = await client.query<FlushColumns>(
    'SELECT instance, number, first, count, root, previous, signature FROM ledger_flush ORDER BY instance, number',
  );
  let before: FlushHead | null = null;
  for (const flush of rows) {
    const leaves = await client.query<{ leaf_hash: Buffer }>(
      'SELECT leaf_hash FROM ledger_entry WHERE instance = $1 AND flush = $2 ORDER BY sequence',
      [flush.instance, flush.number],
    );
    const root = treeOf(leaves.rows.map((row) => row.leaf_hash)).root;
    const follows = before?.instance === flush.instance ? before : null;
    const head: FlushHead = { ...flush, root, previous: follows === null ? flush.previous : flushHeadHash(follows) };
    const signature = signer?.sign(flushHeadText(head)) ?? flush.signature;
    await client.query(
      `UPDATE ledger_flush SET root = $3, previous = $4, head = $5, signature = $6 WHERE instance = $1 AND number = $2`,
      [flush.instance, flush.number, root, head.previous, flushHeadHash(head), signature],
    );
    before = head;
  }
}

/** Gives an entry another leaf, and every copy of it with it. */
export async function rewriteLeaf(client: pg.PoolClient, id: string, change: (leaf: string) => string): Promise<void> {
  const { rows } = await client.query<{ leaf: string }>('SELECT leaf FROM ledger_entry WHERE id = $1', [id]);
  const leaf = change(rows[0]?.leaf ?? '');
  const { time } = JSON.parse(leaf);
  await client.query('UPDATE ledger_entry SET leaf = $2, leaf_hash = $3, time = $4 WHERE id = $1', [
    id,
    leaf,
    leafHash(leaf),
    time,
  ]);
  await client.query('UPDATE ledger_pending SET leaf_hash = $2 WHERE entry_id = $1', [id, leafHash(leaf)]);
}

/** An entry at random, of those in the tree or of those that wait. */
export async function someEntry(client: pg.PoolClient, part: number, where: 'tree' | 'pending'): Promise<string> {
  const table = where === 'tree' ? 'ledger_tree' : 'ledger_pending';
  const { rows } = await client.query<{ id: string }>(
    `SELECT e.id FROM ledger_entry e JOIN ${table} t ON t.entry_id = e.id WHERE e.kind = 'refusal' ORDER BY e.id`,
  );
  return rows[Math.floor(part * rows.length)]?.id ?? '';
}
