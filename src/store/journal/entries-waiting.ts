import type pg from 'pg';
import { query } from '../pool.ts';

const waiting = { name: 'ledger_waiting', text: 'SELECT count(*) AS waiting FROM ledger_pending' };

/** How many entries are durable and do not stand in the tree yet. Throws as `query` does. */
export async function entriesWaiting(serve: pg.Pool): Promise<number> {
  const [row] = await query<{ waiting: number }>(serve, waiting, []);
  return row?.waiting ?? Number.NaN;
}
