import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/api/metrics.ts';
import { type Instant, instant, type UnitId } from '../../src/core/brand.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import { unitsOf } from '../../src/core/partner/partners-file.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import { createAlerts } from '../../src/store/alerts.ts';
import { parkedEvents } from '../../src/store/deliveries.ts';
import { eventFeed } from '../../src/store/events.ts';
import { overdueDestructions } from '../../src/store/pages/duties.ts';
import { overdueRights } from '../../src/store/rights-requests.ts';
import { tellOnce } from '../../src/store/tell-event.ts';
import { raiseStandingAlerts, type StandingAlertPorts } from '../../src/wire/standing-alerts.ts';
import { partners } from '../store/seed.ts';
import { encryptionPair, forgeProof } from '../world/encryption-keys.ts';
import { recipient, source } from '../world/journal-world.ts';
import { type OutboxWorld, outboxWorld, someEvent } from '../world/outbox-world.ts';
import { requestOnRecord } from '../world/requests-on-record.ts';

const day = 86_400_000;
const start = Date.parse('2026-11-21T10:00:00.000Z');
const on = (days: number): Instant => instant(new Date(start + days * day));

let world: OutboxWorld;
let now: Instant;
let alarms: string[];
beforeAll(async () => {
  world = await outboxWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  const { owner } = world.database.pools;
  for (const table of ['alert', 'subscription', 'event']) await owner.query(`TRUNCATE ${table} CASCADE`);
  await owner.query('UPDATE request SET destruction_confirmed_at = now(), duty_at = NULL WHERE destroy_by IS NOT NULL');
  now = on(0);
  alarms = [];
});

const metrics = createMetrics();

async function look(changed: Partial<StandingAlertPorts> = {}): Promise<void> {
  const { serve } = world.database.pools;
  const alerts = createAlerts({ pool: serve, id: entropy.id, now: () => now, onRaised: () => undefined });
  const looking = raiseStandingAlerts({
    clock: { now: () => now },
    registry: { current: () => ({ units: new Map() }) },
    overdue: (moment) => overdueDestructions(serve, moment),
    overdueRights: (moment) => overdueRights(serve, moment),
    parked: () => parkedEvents(serve),
    tell: (...told) => tellOnce(serve, ...told),
    alerts,
    metrics,
    log: { alarm: (text) => alarms.push(text) },
    ...changed,
  });
  await looking.stop();
}

const raised = async () =>
  (await world.database.pools.owner.query('SELECT kind, unit_id AS unit, detail FROM alert ORDER BY at, mark')).rows;

describe('what was not destroyed in time', () => {
  it('is told to officers once, and again when more of it comes', async () => {
    const { owner } = world.database.pools;
    const due = async (days: number) => {
      const { id } = await requestOnRecord(world.journal, null, { state: 'delivered' });
      await owner.query('UPDATE request SET disclosed_at = $3, retention_began = $3, destroy_by = $2 WHERE id = $1', [
        id,
        on(days),
        on(0),
      ]);
    };
    await due(1);
    await due(3);
    await look();
    expect(await raised()).toEqual([]);
    now = on(2);
    await look();
    await look();
    const first = { kind: 'destruction-overdue', unit: recipient, detail: { count: 1, expired: '2026-11-22' } };
    expect(await raised()).toEqual([first]);
    now = on(4);
    await look();
    expect(await raised()).toEqual([first, { ...first, detail: { count: 2, expired: '2026-11-22' } }]);
    await owner.query('UPDATE request SET destruction_confirmed_at = $1, duty_at = NULL WHERE destroy_by IS NOT NULL', [
      now,
    ]);
    await owner.query('TRUNCATE alert');
    await look();
    expect(await raised()).toEqual([]);
  });
});

describe('what is overdue from the moment that it has a date', () => {
  it('is told to officers though its date lies before that of what they know of, once for each day', async () => {
    const { owner } = world.database.pools;
    const sql = `UPDATE request SET disclosed_at = $4, retention_began = $4, destroy_by = $2, reminded_at = $3 WHERE id = $1`;
    const due = async (days: number, told: number) => {
      const { id } = await requestOnRecord(world.journal, null, { state: 'delivered' });
      await owner.query(sql, [id, on(days), on(told), on(-20)]);
    };
    await due(1, 1);
    now = on(2);
    await look();
    // A fact of long ago is put on record.
    for (const days of [-5, -5, -4]) await due(days, 3);
    now = on(3);
    await look();
    await look();
    expect((await raised()).map(({ detail }) => detail)).toEqual([
      { count: 1, expired: '2026-11-22' },
      { count: 4, expired: '2026-11-16' },
    ]);
    // Less of it is no news.
    await owner.query('UPDATE request SET destruction_confirmed_at = $1, duty_at = NULL WHERE reminded_at = $2', [
      now,
      on(3),
    ]);
    now = on(5);
    await look();
    expect(await raised()).toHaveLength(2);
  });
});

describe('what a person asked', () => {
  it('and its source did not decide in time is told to officers once, and again when more of it comes', async () => {
    const { owner } = world.database.pools;
    const { id } = await requestOnRecord(world.journal, null, { state: 'delivered' });
    const sql = `INSERT INTO rights_request (id, request_id, source, field, wish, made_by, made_at, due_at, entry_id)
      VALUES ($1, $2, $3, 'f', $4, 'subject', $5, $6, $1)`;
    const asked = (wish: string, days: number) => owner.query(sql, [entropy.id(), id, source, wish, on(-30), on(days)]);
    await asked('correct', 1);
    await asked('object', 3);
    await look();
    expect(await raised()).toEqual([]);
    now = on(2);
    await look();
    await look();
    const first = { kind: 'rights-overdue', unit: source, detail: { count: 1, due: '2026-11-22' } };
    expect(await raised()).toEqual([first]);
    now = on(4);
    await look();
    expect(await raised()).toEqual([first, { ...first, detail: { count: 2, due: '2026-11-22' } }]);
    // Upheld is not carried out yet.
    await owner.query(`UPDATE rights_request SET state = 'upheld', decided_at = $1`, [now]);
    await owner.query('TRUNCATE alert');
    await look();
    expect(await raised()).toHaveLength(1);
    await owner.query(`UPDATE rights_request SET carried_out_at = $1, carried_out_as = 'erased'`, [now]);
    await owner.query('TRUNCATE alert');
    await look();
    expect(await raised()).toEqual([]);
  });
});

describe('events that were given up', () => {
  it('are measured and told to officers, of subscriptions that go on', async () => {
    const id = await world.subscribe();
    await world.emit(someEvent(), someEvent());
    await look();
    expect(await raised()).toEqual([]);
    expect(await metrics.text()).toContain(`sluis_events_parked{unit="${recipient}"} 0`);
    for (const attempt of (await world.deliveries.claim(id, 8)).attempts) {
      await world.deliveries.failed(attempt, { state: 'parked' }, 'refused');
    }
    await look();
    await look();
    expect(await raised()).toEqual([{ kind: 'events-parked', unit: recipient, detail: { count: 2 } }]);
    expect(await metrics.text()).toContain(`sluis_events_parked{unit="${recipient}"} 2`);
    await world.database.pools.owner.query('UPDATE subscription SET ended_at = now()');
    expect(await parkedEvents(world.database.pools.serve)).toEqual([]);
  });
});

describe('a key to seal to', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const keyUntil = (exp: number, nbf = start - day) => {
    const { jwk } = encryptionPair();
    const claims = { nbf: nbf / 1_000, exp: exp / 1_000 };
    return {
      jwk,
      proof: forgeProof({
        jwk,
        unit: recipient,
        oin: '1',
        path: [Buffer.from('certificate')],
        key: privateKey,
        claims,
      }),
    };
  };
  const withKeys = (keys: Unit['encryptionKeys'], state: Unit['state'] = 'active') => {
    const [unit] = unitsOf(partners(recipient));
    if (unit === undefined) throw new Error('no such unit');
    const units = new Map<UnitId, Unit>([[recipient, { ...unit, state, encryptionKeys: keys }]]);
    return { registry: { current: () => ({ units }) } };
  };
  const told = async (unit: UnitId) =>
    (await eventFeed(world.database.pools.serve, unit, 0, 50)).map(({ event }) => `${event.type} ${event.dataref}`);
  const one = 'nl.sluis.encryption-key.ends /v1/connection-test';

  it('is foreseen sixty, thirty and seven days before its end, to its unit and to officers, once each', async () => {
    const subscription = await world.subscribe();
    const key = withKeys([keyUntil(start + 90 * day)]);
    await look(key);
    expect(await raised()).toEqual([]);
    for (const days of [31, 40, 61, 84, 89]) {
      now = on(days);
      await look(key);
      await look(key);
    }
    expect((await raised()).map(({ kind, unit, detail }) => [kind, unit, detail.days])).toEqual([
      ['encryption-key-ends', recipient, 60],
      ['encryption-key-ends', recipient, 30],
      ['encryption-key-ends', recipient, 7],
    ]);
    expect(await told(recipient)).toEqual([one, one, one]);
    expect(await told(source)).toEqual([]);
    // Also where it is told of its events.
    expect((await world.deliveries.claim(subscription, 8)).attempts.map(({ event }) => event.type)).toEqual(
      Array(3).fill('nl.sluis.encryption-key.ends'),
    );
  });

  it('is nobody’s concern while another takes its place, has no end, or its unit is not let in', async () => {
    now = on(85);
    const ending = keyUntil(start + 90 * day);
    await look(withKeys([keyUntil(start + 400 * day, start + 80 * day), ending]));
    await look(withKeys([keyUntil(start + 400 * day, start + 89 * day), ending]));
    await look(withKeys([{ jwk: encryptionPair().jwk, proof: null }]));
    await look(withKeys([ending], 'suspended'));
    await look(withKeys(null));
    expect(await raised()).toEqual([]);
    await look(withKeys([keyUntil(start + 400 * day, start + 91 * day), ending]));
    expect(await raised()).toHaveLength(1);
  });
});

describe('a look that cannot be taken', () => {
  it('is taken again later where the database is away, and told where it is something else', async () => {
    const broken = (error: Error) => ({ overdue: () => Promise.reject(error) });
    await look(broken(new Fault('database-unavailable', 'away')));
    expect(alarms).toEqual([]);
    await look(broken(new TypeError('something else')));
    expect(alarms).toEqual(['what officers must be told of could not be looked at']);
  });
});
