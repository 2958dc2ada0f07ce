import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Instant } from '../../src/core/brand.ts';
import { purge, startPurge } from '../../src/store/purge.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { seedUnits } from './seed.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await seedUnits(database.pools.owner, 'unit-a', 'unit-b');
});
afterAll(() => database.drop());

const periods = new Map([
  ['idempotency', 'P1D'],
  ['event', 'P30D'],
  ['login_code', 'PT0S'],
  ['session', 'PT0S'],
  ['involvement_claim', 'P6M'],
  ['timer', 'P6M'],
  ['correction', 'P5Y'],
  ['acting_user', 'P5Y'],
  ['alert', 'P1Y'],
  ['limit_counter', 'PT0S'],
  ['limit_subject', 'PT0S'],
  ['seen_certificate', 'P1Y'],
  ['key_holder', 'P1D'],
  ['answer', 'PT15M'],
  ['request_message', 'P30D'],
]);
const others = {
  ...{ alert: 0, limit_counter: 0, limit_subject: 0, seen_certificate: 0, key_holder: 0 },
  ...{ answer: 0, request_message: 0 },
};
const now = '2026-11-21T10:00:00.000Z' as Instant;

it('removes exactly what has reached the end of its period', async () => {
  const { owner, eraser } = database.pools;
  const claim = `INSERT INTO idempotency VALUES ('unit-a', $1, 'd', 'request', $2, $3)`;
  await owner.query(claim, ['expired', v7(), '2026-11-20T10:00:00.000Z']);
  await owner.query(claim, ['kept', v7(), '2026-11-20T10:00:00.001Z']);
  const event = `INSERT INTO event (id, unit_id, type, time, dataref) VALUES ($1, 'unit-a', 't', $2, $3)`;
  await owner.query(event, [v7(), '2026-10-22T09:59:59.999Z', '/expired']);
  await owner.query(event, [v7(), '2026-10-22T10:00:00.001Z', '/kept']);
  const officer = v7();
  await owner.query(`INSERT INTO officer VALUES ($1, 'FG', 'unit-a')`, [officer]);
  const code = 'INSERT INTO login_code VALUES ($1, $2, NULL, $3)';
  await owner.query(code, [Buffer.from('a'), officer, now]);
  await owner.query(code, [Buffer.from('b'), officer, '2026-11-21T10:00:00.001Z']);
  const session = `INSERT INTO session VALUES ($1, $2, NULL, 'token', $3, $4)`;
  await owner.query(session, [Buffer.from('a'), officer, now, now]);
  await owner.query(session, [Buffer.from('b'), officer, now, '2026-11-21T10:30:00.000Z']);
  const claimed = `INSERT INTO involvement_claim VALUES ($1, 'unit-a', 'unit-b', 'r', NULL, 'received', $2, $2)`;
  await owner.query(claimed, [v7(), '2026-05-21T10:00:00.000Z']);
  await owner.query(claimed, [v7(), '2026-05-21T10:00:00.001Z']);
  const [person, fact] = [v7(), v7()];
  await owner.query('INSERT INTO subject (id, created_at) VALUES ($1, $2)', [person, now]);
  await owner.query(
    `INSERT INTO fact (id, subject_id, type, from_at, attested_by, state, attributes)
     VALUES ($1, $2, 't', $3, 'unit-a', 'attested', '{}')`,
    [fact, person, now],
  );
  const timer = `INSERT INTO timer VALUES ($1, 'w', 'due', $2, $3, $4, 'fired', $4)`;
  await owner.query(timer, [v7(), person, fact, '2026-05-21T10:00:00.000Z']);
  await owner.query(timer, [v7(), person, fact, '2026-05-21T10:00:00.001Z']);
  const made = `INSERT INTO correction VALUES ($1, 'unit-a', 'erased', '{a.b}', NULL, $2, $1)`;
  await owner.query(made, [v7(), '2021-11-21T10:00:00.000Z']);
  await owner.query(made, [v7(), '2021-11-21T10:00:00.001Z']);
  const user = `INSERT INTO acting_user VALUES ('unit-a', $1, '', 't', '', '', $2)`;
  await owner.query(user, [Buffer.from('a'), '2021-11-21T10:00:00.000Z']);
  await owner.query(user, [Buffer.from('b'), '2021-11-21T10:00:00.001Z']);

  expect(await purge(eraser, periods, now)).toEqual({
    idempotency: 1,
    event: 1,
    login_code: 1,
    session: 1,
    involvement_claim: 1,
    timer: 1,
    correction: 1,
    acting_user: 1,
    ...others,
  });
  expect((await owner.query('SELECT key FROM idempotency')).rows).toEqual([{ key: 'kept' }]);
  expect((await owner.query('SELECT dataref FROM event')).rows).toEqual([{ dataref: '/kept' }]);
  expect(await purge(eraser, periods, now)).toEqual({
    idempotency: 0,
    event: 0,
    login_code: 0,
    session: 0,
    involvement_claim: 0,
    timer: 0,
    correction: 0,
    acting_user: 0,
    ...others,
  });
});

it('leaves what is still to be told, and of a start of retention that it was told', async () => {
  const { owner, eraser } = database.pools;
  const [person, fact] = [v7(), v7()];
  await owner.query('INSERT INTO subject (id, created_at) VALUES ($1, $2)', [person, now]);
  await owner.query(
    `INSERT INTO fact (id, subject_id, type, from_at, attested_by, state, attributes)
     VALUES ($1, $2, 't', $3, 'unit-a', 'attested', '{}')`,
    [fact, person, now],
  );
  const long = '2020-01-01T00:00:00.000Z';
  for (const kind of ['reminder', 'due', 'retention']) {
    for (const state of ['waiting', 'fired', 'cancelled']) {
      const values = [v7(), `${kind} ${state}`, kind, person, fact, long, state];
      await owner.query('INSERT INTO timer VALUES ($1, $2, $3, $4, $5, $6, $7, $6)', values);
    }
  }
  expect(await purge(eraser, periods, now)).toMatchObject({ timer: 5 });
  const left = await owner.query<{ word: string }>('SELECT word FROM timer WHERE subject_id = $1 ORDER BY word', [
    person,
  ]);
  expect(left.rows.map(({ word }) => word)).toEqual([
    'due waiting',
    'reminder waiting',
    'retention fired',
    'retention waiting',
  ]);
});

it('removes more than one batch', async () => {
  const { owner, eraser } = database.pools;
  await owner.query(
    `INSERT INTO idempotency SELECT 'unit-a', 'many-' || n, 'd', 'request', $1, '2020-01-01Z' FROM generate_series(1, 5001) n`,
    [v7()],
  );
  expect(await purge(eraser, periods, now)).toMatchObject({ idempotency: 5001 });
});

it('is not for the serving login', async () => {
  await expect(purge(database.pools.serve, periods, now)).rejects.toMatchObject({ sqlState: '42501' });
});

it.each([...periods.keys()])('does not start without a period for %s', (table) => {
  for (const wrong of [undefined, 'while-in-use']) {
    const incomplete = new Map([...periods].filter(([name]) => name !== table));
    if (wrong !== undefined) incomplete.set(table, wrong);
    const start = (): unknown => startPurge({ pool: database.pools.eraser, periods: incomplete, now: () => now });
    expect(start).toThrow(table);
  }
});

it('goes on after a turn that failed', async () => {
  const faults: unknown[] = [];
  const pool = database.pools.eraser;
  let turns = 0;
  const clock = (): Instant => {
    turns += 1;
    if (turns === 1) throw new Error('the clock stood still');
    return now;
  };
  const timer = startPurge({ pool, periods, now: clock, everyMs: 20, onFault: (error) => faults.push(error) });
  const { owner } = database.pools;
  await owner.query(`INSERT INTO idempotency VALUES ('unit-a', 'old', 'd', 'request', $1, '2020-01-01Z')`, [v7()]);
  const left = async (): Promise<number | null> =>
    (await owner.query(`SELECT 1 FROM idempotency WHERE key = 'old'`)).rowCount;
  await expect.poll(left).toBe(0);
  await timer.stop();
  expect(faults).toHaveLength(1);
});
