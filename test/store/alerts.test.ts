import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import { instant, type UnitId } from '../../src/core/brand.ts';
import { createAlerts } from '../../src/store/alerts.ts';
import { openPool } from '../../src/store/pool.ts';
import { purge } from '../../src/store/purge.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { seedUnits } from './seed.ts';

let database: FreshDatabase;
const [unitA, unitB] = ['unit-a', 'unit-b'] as UnitId[];
const now = () => instant(new Date('2026-11-22T10:00:00.000Z'));
const told: Alert[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  await seedUnits(database.pools.owner, 'unit-a', 'unit-b');
});
afterAll(() => database.drop());
beforeEach(async () => {
  told.length = 0;
  await database.pools.owner.query('TRUNCATE alert');
});

const alerts = (pool = database.pools.serve) =>
  createAlerts({ pool, id: v7, now, onRaised: (alert) => told.push(alert) });
const sweep = (unit: UnitId | null | undefined, mark = 'one') =>
  ({ kind: 'subject-sweep', unit: unit ?? null, mark, detail: { who: 'unit', most: 5 } }) as const;

it('stands on record once for each kind, unit and mark, and is told once', async () => {
  for (const unit of [unitA, unitA, unitB, null, null]) {
    await Promise.all([alerts().raise(sweep(unit)), alerts().raise(sweep(unit))]);
  }
  await alerts().raise(sweep(unitA, 'two'));
  await alerts().raise({ ...sweep(unitA), kind: 'refusals-in-a-row' });
  expect(await alerts().waiting(null)).toBe(5);
  expect(told).toHaveLength(5);
});

it('is for officers of its own unit and of the gateway', async () => {
  await alerts().raise(sweep(unitA));
  await alerts().raise(sweep(null));
  const [own] = await alerts().list(unitA ?? null, 10);
  expect(own).toMatchObject({ kind: 'subject-sweep', unit: 'unit-a', detail: { who: 'unit', most: 5 }, seenAt: null });
  expect((await alerts().list(unitB ?? null, 10)).length).toBe(0);
  expect((await alerts().list(null, 10)).length).toBe(2);
  expect([await alerts().waiting(unitA ?? null), await alerts().waiting(null)]).toEqual([1, 2]);
});

it('is seen once, by somebody who may, and then comes after those that nobody saw', async () => {
  await alerts().raise(sweep(unitA, 'one'));
  const [first] = await alerts().list(null, 10);
  await alerts().raise(sweep(unitB, 'two'));
  const officer = v7();
  await alerts().see(first?.id ?? '', unitB ?? null, officer);
  expect(await alerts().waiting(null)).toBe(2);
  await alerts().see(first?.id ?? '', unitA ?? null, officer);
  await alerts().see(first?.id ?? '', null, v7());
  const { rows } = await database.pools.owner.query('SELECT seen_by FROM alert WHERE seen_at IS NOT NULL');
  expect(rows).toEqual([{ seen_by: officer }]);
  const listed = await alerts().list(null, 10);
  expect(listed.map(({ unit, seenAt }) => [unit, seenAt])).toEqual([
    ['unit-b', null],
    ['unit-a', now()],
  ]);
});

it('can be neither changed nor removed by who serves, and is purged after a year', async () => {
  await alerts().raise(sweep(unitA));
  for (const statement of ['DELETE FROM alert', `UPDATE alert SET kind = 'x'`, `UPDATE alert SET detail = '{}'`]) {
    await expect(database.pools.serve.query(statement)).rejects.toThrow(/permission denied/);
  }
  await expect(database.pools.sequencer.query('SELECT 1 FROM alert')).rejects.toThrow(/permission denied/);
  const periods = shippedSet().retentionPeriods;
  expect((await purge(database.pools.eraser, periods, instant(new Date('2027-11-21T10:00:00Z')))).alert).toBe(0);
  expect((await purge(database.pools.eraser, periods, instant(new Date('2027-11-22T10:00:00Z')))).alert).toBe(1);
});

it('is a fault when the database is away: nobody goes on as if it had been raised', async () => {
  const gone = new URL(database.urls.serve);
  gone.port = '1';
  const unreachable = openPool(gone.href, { max: 1 });
  await expect(alerts(unreachable).raise(sweep(unitA))).rejects.toMatchObject({ code: 'database-unavailable' });
  expect(told).toEqual([]);
  await unreachable.end();
});
