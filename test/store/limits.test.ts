import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant, type UnitId } from '../../src/core/brand.ts';
import { Fault } from '../../src/core/fault.ts';
import { createLimiter, type Limiter } from '../../src/core/limit/limiter.ts';
import { limitsFrom } from '../../src/core/limit/limits.ts';
import { createLimitCounters } from '../../src/store/limits.ts';
import { openPool } from '../../src/store/pool.ts';
import { purge } from '../../src/store/purge.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { shippedSet } from '../world/shipped-set.ts';

let database: FreshDatabase;
const unit = 'unit-a' as UnitId;
const bsn = '900000041';
/** Runs ahead of the clock, so that windows end without waiting. The library reads the clock itself. */
let aheadMs = 0;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  aheadMs = 0;
  await database.pools.owner.query('TRUNCATE limit_counter, limit_subject');
});

const counters = () => createLimitCounters(database.pools.serve, () => Date.now() + aheadMs);

/** One gateway: pools and objects of its own on the database that all share. */
function gateway(): Limiter {
  return createLimiter({
    counters: counters(),
    limits: limitsFrom({ unit: { subjectsPerHour: 20, requestsPerMinute: 30, refusalsInARow: 4 } }),
    alerts: { raise: async () => undefined },
    now: () => instant(new Date()),
    mark: (...parts) => createHmac('sha256', 'key').update(parts.join('\0')).digest('base64url'),
  });
}

const about = (value: string) => ({ unit, user: null, subjects: [{ type: 'bsn', value }] as const });

describe('two gateways', () => {
  it('count requests together, and exactly, also at once', async () => {
    const [one, other] = [gateway(), gateway()];
    const calls = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).call(unit));
    const over = (await Promise.all(calls)).filter((each) => each !== null);
    expect(over).toHaveLength(10);
    for (const each of over) expect(each.retryAfterS).toBeGreaterThanOrEqual(59);
  });

  it('count distinct subjects together, and exactly, also at once', async () => {
    const [one, other] = [gateway(), gateway()];
    const asked = Array.from({ length: 30 }, (_, index) =>
      (index % 2 === 0 ? one : other).admit(about(`9000000${index + 10}`)),
    );
    const admissions = await Promise.all(asked);
    expect(admissions.filter(({ over }) => over === null)).toHaveLength(20);
    for (const { over } of admissions) expect([undefined, 'subjects']).toContain(over?.limit);
  });

  it('see each other’s refusals, and a permit at one ends the row for both', async () => {
    const [one, other] = [gateway(), gateway()];
    const refused = async (at: Limiter) => {
      const admission = await at.admit(about(bsn));
      if (admission.over !== null) throw new Error(admission.over.limit);
      await admission.refused();
    };
    await refused(one);
    await refused(other);
    const admission = await one.admit(about(bsn));
    if (admission.over !== null) throw new Error('not admitted');
    await admission.permitted();
    for (const at of [one, other, one, other]) await refused(at);
    expect((await one.admit(about(bsn))).over).toEqual({ limit: 'refusals', retryAfterS: 300 });
    expect((await other.admit(about(bsn))).over?.limit).toBe('refusals');
  });
});

describe('a window', () => {
  it('ends for its counter and for whom it counted together', async () => {
    const holder = 'holder';
    const { endsInMs } = await counters().add('subjects', holder, 1);
    await counters().remember(holder, ['someone'], endsInMs);
    const counted = async () => [...((await counters().standing([holder], ['someone']))[0]?.counted ?? [])];
    expect(await counted()).toEqual(['someone']);
    aheadMs = 3_599_000;
    expect(await counted()).toEqual(['someone']);
    aheadMs = 3_601_000;
    expect(await counted()).toEqual([]);
  });

  it('takes back what is added as a negative number', async () => {
    await counters().add('subjects', 'taker', 3);
    await counters().add('subjects', 'taker', -2);
    expect(await counters().add('subjects', 'taker', 1)).toMatchObject({ total: 2 });
  });

  it('keeps the order of the holders, and gives one that nobody knows nothing', async () => {
    await counters().add('refusals', 'second', 3);
    const rows = await counters().standing(['first', 'second', 'third'], []);
    expect(rows.map(({ refusals }) => refusals.total)).toEqual([0, 3, 0]);
  });
});

it('keeps nothing in clear', async () => {
  const limiter = gateway();
  await limiter.admit({ unit, user: 'jan.jansen', subjects: [{ type: 'bsn', value: bsn }] });
  await limiter.call(unit);
  const { rows } = await database.pools.owner.query(
    'SELECT key AS text FROM limit_counter UNION ALL SELECT holder || subject FROM limit_subject',
  );
  expect(rows.length).toBeGreaterThan(3);
  expect(JSON.stringify(rows)).not.toMatch(/jan\.jansen|900000041|unit-a/);
});

it('lets nobody through when it cannot count', async () => {
  const gone = new URL(database.urls.serve);
  gone.port = '1';
  const unreachable = openPool(gone.href, { max: 1 });
  const closed = createLimitCounters(unreachable, Date.now);
  const attempts = [
    () => closed.add('requests', 'holder', 1),
    () => closed.standing(['holder'], []),
    () => closed.remember('holder', ['someone'], 1),
    () => closed.pause('holder', 1),
    () => closed.endRow(['holder']),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'database-unavailable' });
  await unreachable.end();
  // Also where the database is there, and does not do it.
  const unauthorised = createLimitCounters(database.pools.sequencer, Date.now);
  await expect(unauthorised.add('requests', 'holder', 1)).rejects.toBeInstanceOf(Fault);
});

it('does not wait for the disk, and the pool of everything else does', async () => {
  const quick = openPool(database.urls.serve, { max: 1, durable: false });
  const setting = async (pool: typeof quick) =>
    (await pool.query('SELECT current_setting($1) AS value', ['synchronous_commit'])).rows[0]?.value;
  expect([await setting(quick), await setting(database.pools.serve)]).toEqual(['off', 'on']);
  await quick.end();
});

it('is purged when its window is over', async () => {
  await counters().add('requests', 'holder', 1);
  await counters().remember('holder', ['someone'], 60_000);
  const periods = shippedSet().retentionPeriods;
  const count = async () =>
    (await database.pools.owner.query('SELECT 1 FROM limit_counter UNION ALL SELECT 1 FROM limit_subject')).rowCount;
  await purge(database.pools.eraser, periods, instant(new Date()));
  expect(await count()).toBe(2);
  await purge(database.pools.eraser, periods, instant(new Date(Date.now() + 61_000)));
  expect(await count()).toBe(0);
});
