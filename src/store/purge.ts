import type pg from 'pg';
import type { Instant } from '../core/brand.ts';
import { query } from './pool.ts';

/** Tables that a timer empties, and the column their period counts from. */
const purged = {
  idempotency: 'claimed_at',
  event: 'time',
  login_code: 'expires_at',
  session: 'expires_at',
} as const;

export type PurgedTable = keyof typeof purged;
/** ISO 8601 durations per table, from `policies/catalogue/retention.yaml`. */
export type Periods = Readonly<Record<PurgedTable, string>>;

const batch = 5000;

/**
 * Removes rows whose period has ended, with the eraser's login, in batches so that nobody waits
 * long. An event that no reader has numbered yet goes like any other. Returns how many went.
 */
export async function purge(eraser: pg.Pool, periods: Periods, now: Instant): Promise<Record<PurgedTable, number>> {
  const removed: Record<PurgedTable, number> = { idempotency: 0, event: 0, login_code: 0, session: 0 };
  for (const [table, column] of Object.entries(purged) as [PurgedTable, string][]) {
    const statement = {
      name: `purge_${table}`,
      text: `WITH gone AS (
          DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM ${table} WHERE ${column} <= $1::timestamptz - $2::interval LIMIT ${batch}))
          RETURNING 1)
        SELECT count(*) AS gone FROM gone`,
    };
    for (let gone = batch; gone === batch; ) {
      const [row] = await query<{ gone: number }>(eraser, statement, [now, periods[table]]);
      gone = row?.gone ?? 0;
      removed[table] += gone;
    }
  }
  return removed;
}
