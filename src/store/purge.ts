import type pg from 'pg';
import type { Instant } from '../core/brand.ts';
import { query, type Statement } from './pool.ts';

/** Tables that a timer empties, and the column, or the moment made of one, that their period counts from; NULL: it does not yet. */
const purged = {
  idempotency: 'claimed_at',
  event: 'time',
  login_code: 'expires_at',
  session: 'expires_at',
  involvement_claim: 'received_at',
  // Of a start of retention that was told, the row is what keeps it from being told again; what waits is still to be told.
  timer: `CASE WHEN state = 'cancelled' OR (state = 'fired' AND kind <> 'retention') THEN at END`,
  correction: 'made_at',
  alert: 'at',
  limit_counter: 'to_timestamp(expire / 1000.0)',
  limit_subject: 'to_timestamp(expire / 1000.0)',
  seen_certificate: 'last_seen',
  acting_user: 'used_at',
  key_holder: 'seen_at',
  answer: 'given_at',
  request_message: 'at',
} as const;

export type PurgedTable = keyof typeof purged;
/** ISO 8601 durations by table, as `policies/catalogue/retention.yaml` names them. */
export type Periods = ReadonlyMap<string, string>;

const tables = Object.keys(purged) as PurgedTable[];
const batch = 5000;

/**
 * Removes rows whose period has ended, with the eraser's login, in batches so that nobody waits
 * long. Returns how many went. Throws RangeError when a period is missing: a table that nobody
 * named is not kept for ever in silence.
 */
export async function purge(eraser: pg.Pool, periods: Periods, now: Instant): Promise<Record<PurgedTable, number>> {
  const removed: Record<PurgedTable, number> = {
    idempotency: 0,
    event: 0,
    login_code: 0,
    session: 0,
    involvement_claim: 0,
    timer: 0,
    correction: 0,
    alert: 0,
    limit_counter: 0,
    limit_subject: 0,
    seen_certificate: 0,
    acting_user: 0,
    key_holder: 0,
    answer: 0,
    request_message: 0,
  };
  for (const table of tables) {
    const period = periodOf(periods, table);
    for (let gone = batch; gone === batch; removed[table] += gone) {
      const [row] = await query<{ gone: number }>(eraser, statement(table), [now, period]);
      gone = row?.gone ?? 0;
    }
  }
  return removed;
}

export interface PurgeTimer {
  stop(): Promise<void>;
}

/** Purges now and then every `everyMs`. A purge that failed is tried again at the next turn. */
export function startPurge(options: {
  readonly pool: pg.Pool;
  readonly periods: Periods;
  readonly now: () => Instant;
  readonly everyMs?: number;
  /** Told of a purge that failed. */
  readonly onFault?: (error: unknown) => void;
}): PurgeTimer {
  for (const table of tables) periodOf(options.periods, table);
  let running: Promise<void> = Promise.resolve();
  const turn = (): void => {
    running = running
      .then(() => purge(options.pool, options.periods, options.now()))
      .then(
        () => undefined,
        (error: unknown) => options.onFault?.(error),
      );
  };
  turn();
  const timer = setInterval(turn, options.everyMs ?? 60_000);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

function periodOf(periods: Periods, table: PurgedTable): string {
  const period = periods.get(table);
  if (period === undefined || !/^P/.test(period)) throw new RangeError(`no period says how long ${table} is kept`);
  return period;
}

function statement(table: PurgedTable): Statement {
  return {
    name: `purge_${table}`,
    text: `WITH gone AS (
        DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM ${table} WHERE ${purged[table]} <= $1::timestamptz - $2::interval LIMIT ${batch}))
        RETURNING 1)
      SELECT count(*) AS gone FROM gone`,
  };
}
