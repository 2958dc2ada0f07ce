import { z } from 'zod';
import { flushHeadHash } from '../../core/ledger/flush-head.ts';
import type { ComposedFlush } from './compose-flush.ts';
import type { LaneConnection } from './lane-connection.ts';

/**
 * Takes the number of the flush, to see whether it is taken: the unique index waits for a transaction
 * that is still ending on the server, so "free" means that it ended without its COMMIT. A plain SELECT
 * would say "not there" while the COMMIT is under way.
 */
const probeStatement = {
  name: 'journal-probe-flush',
  text: `INSERT INTO ledger_flush (instance, number, first, count, root, previous, head, key_id, signature)
    VALUES ($1, $2, 1, 1, '', '', '', $3, '') ON CONFLICT DO NOTHING RETURNING 1`,
};

const readStatement = {
  name: 'journal-read-flush-head',
  text: 'SELECT head FROM ledger_flush WHERE instance = $1 AND number = $2',
};

const headRow = z.strictObject({ head: z.instanceof(Buffer) });

/**
 * Whether a flush whose COMMIT was not acknowledged is durable after all. Throws `ConnectionLost`, or
 * the driver's lock timeout while the server has not ended that transaction: to be asked again.
 */
export async function isDurableAfterAll(connection: LaneConnection, flush: ComposedFlush): Promise<boolean> {
  const { head, key } = flush.rows;
  await connection.command('BEGIN');
  try {
    const free = await connection.query(probeStatement, [head.instance, head.number, key]);
    if (free.length > 0) return false;
    const rows = await connection.query(readStatement, [head.instance, head.number]);
    // One writer per instance: another head under this number would mean two lanes with one identity.
    if (!headRow.parse(rows[0]).head.equals(flushHeadHash(head))) throw new Error('an instance has two writers');
    return true;
  } finally {
    await connection.command('ROLLBACK');
  }
}
