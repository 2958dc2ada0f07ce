import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leaseStands, takeLease } from '../../../src/store/journal/lease.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';

const holder = '01920000-0000-7000-8000-00000000000a';
const leaseMs = 1000;

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

/** The server answers at once; whoever asked reads it so much later, as after a sleep. */
function readLate(pool: pg.Pool, ms: number): pg.Pool {
  const query = async (statement: pg.QueryConfig) => {
    const answer = await pool.query(statement);
    await sleep(ms);
    return answer;
  };
  return new Proxy(pool, { get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)) });
}

describe('whether a lease stands', () => {
  test.each([
    { ms: 0, stands: true },
    { ms: leaseMs + 50, stands: false },
  ])('when the answer is read $ms ms late: $stands', async ({ ms, stands }) => {
    const pool = database.pools.sequencer;
    const taken = await takeLease(pool, holder, leaseMs);
    if (taken === null) throw new Error('no lease');
    expect(await leaseStands(readLate(pool, ms), taken.lease)).toBe(stands);
  });

  test('not beyond its end, nor under the fence of a former holder', async () => {
    const pool = database.pools.sequencer;
    const former = await takeLease(pool, holder, 50);
    await sleep(60);
    if (former === null) throw new Error('no lease');
    expect(await leaseStands(pool, former.lease)).toBe(false);
    const other = await takeLease(pool, '01920000-0000-7000-8000-00000000000b', leaseMs);
    const longer = { ...former.lease, endsMs: Number.POSITIVE_INFINITY };
    expect(await leaseStands(pool, longer)).toBe(false);
    expect(other !== null && (await leaseStands(pool, other.lease))).toBe(true);
  });
});
