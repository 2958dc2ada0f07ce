import type pg from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import type { CounterName, LimitCounters, Standing } from '../core/limit/limiter.ts';
import { askTogether } from './ask-together.ts';
import { type Add, countTogether } from './count-together.ts';
import { query } from './pool.ts';

const windowS: Readonly<Record<CounterName, number>> = { requests: 60, subjects: 3_600, refusals: 3_600 };
/** Who was refused too often in a row waits, and may then begin anew. */
const pauseS = 300;

/** The holders in their order, each with its refusals in a row and those of its subjects that it was counted for. $2: now, in ms. */
const standing = {
  name: 'limit_standings',
  text: `SELECT coalesce(c.points, 0) AS points, coalesce(c.expire, $2) AS expire,
      ARRAY(SELECT s.subject FROM limit_subject s
        WHERE s.holder = h.holder AND s.subject = ANY (h.subjects) AND s.expire > $2) AS counted
    FROM ROWS FROM (json_to_recordset($1) AS (holder text, subjects text[]))
      WITH ORDINALITY AS h (holder, subjects, place)
    LEFT JOIN LATERAL (SELECT points, expire FROM limit_counter
      WHERE key = 'refusals:' || h.holder AND expire > $2 OFFSET 0) c ON true
    ORDER BY h.place`,
};
interface Asked {
  readonly holder: string;
  readonly subjects: readonly string[];
}
const standingRow = z.strictObject({ points: z.int(), expire: z.number(), counted: z.array(z.string()) });

const remember = {
  name: 'limit_remember',
  text: `INSERT INTO limit_subject (holder, subject, expire) SELECT $1, subject, $3 FROM unnest($2::text[]) AS subject
    ON CONFLICT (holder, subject) DO UPDATE SET expire = excluded.expire`,
};
const endRow = {
  name: 'limit_end_row',
  text: `DELETE FROM limit_counter WHERE key IN (SELECT 'refusals:' || holder FROM unnest($1::text[]) AS holder)`,
};

/**
 * Counters on PostgreSQL, so that all gateways count together. INVARIANT: what cannot be counted is not let through:
 * each method throws `Fault('database-unavailable')` when the database does not do what it should.
 */
export function createLimitCounters(pool: pg.Pool, nowMs: () => number): LimitCounters {
  const counter = (name: CounterName): RateLimiterPostgres =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'limit_counter',
      tableCreated: true,
      keyPrefix: name,
      // It counts; what is too much is for whoever asks, since it differs for each unit.
      points: 2_147_483_647,
      duration: windowS[name],
      clearExpiredByTimeout: false,
    });
  const counters = { requests: counter('requests'), subjects: counter('subjects'), refusals: counter('refusals') };
  const adding = (name: CounterName): Add =>
    countTogether(async (holder, points) => {
      const { consumedPoints, msBeforeNext } = await counters[name].penalty(holder, points);
      return { total: consumedPoints, endsInMs: msBeforeNext };
    });
  const add = { requests: adding('requests'), subjects: adding('subjects'), refusals: adding('refusals') };
  const standsTogether = askTogether(async (asked: readonly Asked[]) => {
    const now = nowMs();
    const rows = await query(pool, standing, [JSON.stringify(asked), now]);
    return rows.map((row) => ({ now, row }));
  });
  return {
    add: (name, holder, points) => orNo(() => add[name](holder, points)),
    standing: (holders, subjects) =>
      orNo(async () => {
        const stand = await Promise.all(holders.map((holder) => standsTogether({ holder, subjects })));
        return stand.map(({ now, row }): Standing => {
          const { points, expire, counted } = standingRow.parse(row);
          return { refusals: { total: points, endsInMs: expire - now }, counted: new Set(counted) };
        });
      }),
    remember: (holder, subjects, endsInMs) =>
      orNo(async () => {
        await query(pool, remember, [holder, subjects, nowMs() + endsInMs]);
      }),
    pause: (holder, refusals) =>
      orNo(async () => {
        await counters.refusals.set(holder, refusals, pauseS);
      }),
    endRow: (holders) =>
      orNo(async () => {
        await query(pool, endRow, [holders]);
      }),
  };
}

async function orNo<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('database-unavailable', 'what is asked cannot be counted now', { cause: error });
  }
}
