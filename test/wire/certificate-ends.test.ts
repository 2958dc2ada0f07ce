import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/api/metrics.ts';
import type { SeenCaller } from '../../src/api/ports.ts';
import { type Instant, instant, type UnitId } from '../../src/core/brand.ts';
import { Fault } from '../../src/core/fault.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import { createAlerts } from '../../src/store/alerts.ts';
import { eventFeed } from '../../src/store/events.ts';
import { readRegistry } from '../../src/store/registry.ts';
import { seeCertificate, seenCertificates, tellOfEnd } from '../../src/store/seen-certificates.ts';
import {
  type CertificateEndPorts,
  type CertificateEnds,
  foreseeCertificateEnds,
} from '../../src/wire/certificate-ends.ts';
import { seedUnits } from '../store/seed.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

const day = 86_400_000;
const ends = '2027-01-01T00:00:00.000Z' as Instant;
const daysBefore = (days: number): Instant => instant(new Date(Date.parse(ends) - days * day));

let database: FreshDatabase;
let gateways: CertificateEnds[];
let moved: Instant;
let alarms: string[];
beforeEach(async () => {
  database = await freshDatabase();
  await seedUnits(database.pools.owner, 'gemeente', 'politie');
  gateways = [];
  moved = daysBefore(90);
  alarms = [];
});
afterEach(async () => {
  for (const gateway of gateways) await gateway.stop();
  await database.drop();
});

const metrics = createMetrics();

async function gateway(changed: Partial<CertificateEndPorts> = {}): Promise<CertificateEnds> {
  const { serve } = database.pools;
  const now = () => moved;
  const started = foreseeCertificateEnds({
    clock: { now },
    entropy,
    store: {
      see: (seen) => seeCertificate(serve, seen),
      list: () => seenCertificates(serve, null),
      tell: (...told) => tellOfEnd(serve, ...told),
    },
    own: () => [],
    alerts: createAlerts({ pool: serve, id: entropy.id, now, onRaised: ({ kind }) => alarms.push(kind) }),
    metrics,
    log: { alarm: (text) => alarms.push(text) },
    ...changed,
  });
  gateways.push(started);
  await started.look();
  return started;
}

async function seen(unit: string, thumbprint = 'a'.repeat(64), notAfter = ends): Promise<SeenCaller> {
  const found = (await readRegistry(database.pools.serve)).registry.units.get(unit as UnitId);
  if (found === undefined) throw new Error('no such unit');
  const certificate = { thumbprint, key: 'k'.repeat(43), notAfter, chain: [] };
  return { unit: found, oin: found.organisation.oin, actedAs: false, certificate, front: 'direct' };
}

const events = async (unit: string) =>
  (await eventFeed(database.pools.serve, unit as UnitId, 0, 50)).map(({ event }) => `${event.type} ${event.dataref}`);
const one = 'nl.sluis.certificate.expires /v1/connection-test';
const alerts = async () =>
  (await database.pools.owner.query('SELECT unit_id AS unit, detail FROM alert ORDER BY at, mark')).rows;
const onRecord = () => seenCertificates(database.pools.serve, null);

describe('a certificate that came in', () => {
  it('is noted once a day by each gateway, and by both as one', async () => {
    const noted: string[] = [];
    const { serve } = database.pools;
    const store = {
      see: async (found: Parameters<typeof seeCertificate>[1]) => {
        noted.push(found.lastSeen);
        await seeCertificate(serve, found);
      },
      list: () => seenCertificates(serve, null),
      tell: async () => false,
    };
    const [first, second] = [await gateway({ store }), await gateway({ store })];
    const caller = await seen('gemeente');
    for (let call = 0; call < 100; call++) first.recognised(caller);
    second.recognised(caller);
    moved = daysBefore(89);
    first.recognised(caller);
    await expect.poll(() => noted.length).toBe(3);
    await expect.poll(async () => (await onRecord()).map(({ lastSeen }) => lastSeen)).toEqual([daysBefore(89)]);
  });

  it('is noted again when the database was away, and no call waits for it', async () => {
    let tried = 0;
    const store = {
      see: async () => {
        tried += 1;
        throw new Fault('database-unavailable', 'away');
      },
      list: async () => [],
      tell: async () => false,
    };
    const started = await gateway({ store });
    const caller = await seen('gemeente');
    started.recognised(caller);
    await sleep(5);
    started.recognised(caller);
    expect(tried).toBe(2);
    expect(alarms).toEqual([]);
  });

  it('behind an Inway is the Inway’s own, and is not noted', async () => {
    const started = await gateway();
    started.recognised({ ...(await seen('gemeente')), front: 'inway' });
    await sleep(50);
    expect(await onRecord()).toEqual([]);
  });

  it('is measured by its holder and use', async () => {
    const started = await gateway({ own: () => [{ use: 'tls', thumbprint: 'b'.repeat(64), notAfter: ends }] });
    started.recognised(await seen('gemeente'));
    await started.look();
    const text = await metrics.text();
    const seconds = Date.parse(ends) / 1_000;
    expect(text).toContain(`sluis_certificate_expires_timestamp_seconds{holder="gemeente",use="client"} ${seconds}`);
    expect(text).toContain(`sluis_certificate_expires_timestamp_seconds{holder="gateway",use="tls"} ${seconds}`);
  });
});

describe('as its end comes near', () => {
  it('the unit is told at 60, 30 and 7 days, once each, by whichever gateway looks first', async () => {
    const [first, second] = [await gateway(), await gateway()];
    const caller = await seen('gemeente');
    const told: number[] = [];
    for (const days of [61, 60, 59, 40, 30, 29, 8, 7, 6, 1]) {
      moved = daysBefore(days);
      first.recognised(caller);
      await expect.poll(async () => (await onRecord())[0]?.lastSeen).toBe(moved);
      await Promise.all([first.look(), second.look(), first.look()]);
      told.push((await events('gemeente')).length);
    }
    expect(told).toEqual([0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(await events('gemeente')).toEqual([one, one, one]);
    expect(await events('politie')).toEqual([]);
    expect((await alerts()).map(({ unit, detail }) => [unit, detail.days])).toEqual([
      ['gemeente', 60],
      ['gemeente', 30],
      ['gemeente', 7],
    ]);
    expect(alarms).toEqual(Array(3).fill('certificate-expires'));
  });

  it('one that is first seen in its last days is told of once, and not three times', async () => {
    const started = await gateway();
    moved = daysBefore(5);
    started.recognised(await seen('gemeente'));
    await expect.poll(async () => (await onRecord()).length).toBe(1);
    await started.look();
    await started.look();
    expect(await events('gemeente')).toEqual([one]);
  });

  it('nobody is told of one that has ended, or that was replaced long ago', async () => {
    const started = await gateway();
    moved = daysBefore(70);
    started.recognised(await seen('gemeente', 'a'.repeat(64)));
    moved = daysBefore(31);
    started.recognised(await seen('gemeente', 'b'.repeat(64), '2028-01-01T00:00:00.000Z' as Instant));
    await expect.poll(async () => (await onRecord()).length).toBe(2);
    moved = daysBefore(30);
    await started.look();
    expect(await events('gemeente')).toEqual([]);
    moved = daysBefore(-1);
    await started.look();
    expect(await alerts()).toEqual([]);
  });

  it('the gateway’s own are an alert of the gateway', async () => {
    const started = await gateway({ own: () => [{ use: 'source', thumbprint: 'c'.repeat(64), notAfter: ends }] });
    moved = daysBefore(20);
    await started.look();
    await started.look();
    expect(await alerts()).toEqual([
      { unit: null, detail: { use: 'source', certificate: 'c'.repeat(16), expires: '2027-01-01', days: 30 } },
    ]);
  });

  it('a look that breaks is told to an operator, and the next is taken', async () => {
    let broken = true;
    const started = await gateway();
    const other = await gateway({
      store: {
        see: async () => undefined,
        list: async () => {
          if (broken) throw new RangeError('serial 900000016');
          return onRecord();
        },
        tell: (...given) => tellOfEnd(database.pools.serve, ...given),
      },
    });
    const broke = 'the certificates that are about to end could not be looked at';
    // At its start, and when it was asked to.
    expect(alarms).toEqual([broke, broke]);
    broken = false;
    moved = daysBefore(5);
    started.recognised(await seen('gemeente'));
    await expect.poll(async () => (await onRecord()).length).toBe(1);
    await other.look();
    expect(await events('gemeente')).toEqual([one]);
  });
});
