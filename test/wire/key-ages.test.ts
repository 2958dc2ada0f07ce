import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../src/core/brand.ts';
import { Fault } from '../../src/core/fault.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import { keyUses } from '../../src/crypto/key-uses.ts';
import { createAlerts } from '../../src/store/alerts.ts';
import type { RecordedKey } from '../../src/store/key-versions.ts';
import { type KeyAgePorts, watchKeyAges } from '../../src/wire/key-ages.ts';
import type { HourlyLook } from '../../src/wire/look-hourly.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

const day = 86_400_000;
const began = '2026-01-01T00:00:00.000Z' as Instant;
const daysAfter = (days: number): Instant => instant(new Date(Date.parse(began) + days * day));

let database: FreshDatabase;
let gateways: HourlyLook[];
let moved: Instant;
let alarms: string[];
beforeEach(async () => {
  database = await freshDatabase();
  gateways = [];
  alarms = [];
});
afterEach(async () => {
  for (const gateway of gateways) await gateway.stop();
  await database.drop();
});

const version = (use: (typeof keyUses)[number], id = `key-of-${use}`, state: 'current' | 'overlap' = 'current') =>
  ({ use, id, state, jwk: null }) as const;
const onRecord = (use: string, activatedAt: Instant | null, id = `key-of-${use}`): RecordedKey => ({
  ...{ use, id, activatedAt },
  knownAt: began,
  retiredAt: null,
});
const alerts = () =>
  createAlerts({
    pool: database.pools.serve,
    id: entropy.id,
    now: () => moved,
    onRaised: ({ kind, detail }) => alarms.push(`${kind} ${detail.use}`),
  });

async function gateway(changed: Partial<KeyAgePorts> = {}): Promise<HourlyLook> {
  const started = watchKeyAges({
    clock: { now: () => moved },
    keys: { versions: () => keyUses.map((use) => version(use)) },
    recorded: async () => keyUses.map((use) => onRecord(use, began)),
    alerts: alerts(),
    log: { alarm: (text) => alarms.push(text) },
    maxAgeDays: 365,
    ...changed,
  });
  gateways.push(started);
  await started.look();
  return started;
}

describe('a key of the gateway', () => {
  it('is no matter for anybody until it is in use for too long', async () => {
    moved = daysAfter(364);
    await gateway();
    expect(alarms).toEqual([]);
  });

  it('is told of once from then on, whatever the number of gateways; but not the one that is never replaced', async () => {
    moved = daysAfter(365);
    const one = await gateway();
    await gateway();
    moved = daysAfter(400);
    await one.look();
    const told = keyUses.filter((use) => use !== 'unknown').map((use) => `key-expires ${use}`);
    expect(alarms.toSorted()).toEqual(told.toSorted());
    const [shown] = (await alerts().list(null, 10)).filter(({ detail }) => detail.use === 'data');
    expect(shown?.detail).toEqual({ use: 'data', key: 'key-of-data', since: '2026-01-01', most: 365 });
  });

  it('that follows another begins anew, and the one in overlap is on its way out', async () => {
    moved = daysAfter(400);
    await gateway({
      keys: { versions: () => [version('data', 'new'), version('data', 'old', 'overlap')] },
      recorded: async () => [onRecord('data', began, 'old'), onRecord('data', daysAfter(300), 'new')],
    });
    expect(alarms).toEqual([]);
    moved = daysAfter(665);
    await gateways[0]?.look();
    expect(alarms).toEqual(['key-expires data']);
  });

  it('of which nobody has put on record yet that it is used is told of later', async () => {
    moved = daysAfter(400);
    await gateway({ recorded: async () => [onRecord('data', null)] });
    expect(alarms).toEqual([]);
  });
});

it('a database that is away is no alarm, and the next look tells; anything else is', async () => {
  moved = daysAfter(400);
  let trouble: Error | null = new Fault('database-unavailable', 'away');
  const one = await gateway({
    recorded: async () => {
      if (trouble !== null) throw trouble;
      return [onRecord('users', began)];
    },
  });
  expect(alarms).toEqual([]);
  trouble = new Error('something else');
  await one.look();
  expect(alarms).toEqual(['the age of the keys could not be looked at']);
  trouble = null;
  await one.look();
  expect(alarms).toEqual(['the age of the keys could not be looked at', 'key-expires users']);
});
