import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partnersFile } from '../../src/core/partner/partners-file.ts';
import { applyPartners, resumeUnit, suspendUnit } from '../../src/store/partners.ts';
import { openPool } from '../../src/store/pool.ts';
import { openRegistry, type PolledRegistry } from '../../src/store/registry.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { partners, testOin, unit } from './seed.ts';

const pair = encryptionPair();
let database: FreshDatabase;
let registry: PolledRegistry | null;
beforeEach(async () => {
  database = await freshDatabase();
  registry = null;
});
afterEach(async () => {
  registry?.close();
  await database.drop();
});

const file = partnersFile.parse({
  organisations: [
    {
      oin: testOin(7),
      name: 'Gemeente',
      units: [
        { id: 'college', name: 'College', kind: 'municipality', thumbprints: ['a'.repeat(64)] },
        {
          id: 'mayor',
          name: 'Burgemeester',
          kind: 'mayor',
          connector: {
            type: 'http',
            url: 'https://127.0.0.1:1/bron',
            subject: { scheme: 'bsn', pointer: '/bsn' },
            fields: { 'identity.surname': '/naam/achternaam' },
          },
          encryptionKeys: [{ jwk: pair.jwk }],
          subOin: '00000004123456789000',
          signingKeys: ['A', 'B'].map((c) => ({ kty: 'OKP', crv: 'Ed25519', x: c.repeat(43), use: 'sig' })),
          jwks: 'https://partner.example/jwks',
        },
      ],
    },
  ],
});

describe('partners', () => {
  it('come back as the file named them', async () => {
    const version = await applyPartners(database.pools.serve, file);
    registry = await openRegistry(database.pools.serve);
    const { units, version: read } = registry.current();
    expect(read).toBe(version);
    expect([...units.keys()].sort()).toEqual(['college', 'mayor']);
    expect(units.get(unit('college'))).toEqual({
      id: 'college',
      organisation: { oin: testOin(7), name: 'Gemeente' },
      name: 'College',
      kind: 'municipality',
      state: 'active',
      selector: { thumbprints: ['a'.repeat(64)], subOin: null },
      connector: null,
      encryptionKeys: null,
      signingKeys: [],
      jwks: null,
      staff: false,
      webhooks: [],
      acceptedPolicySet: null,
    });
    expect(units.get(unit('mayor'))?.connector).toMatchObject({ timeoutMs: 2000, url: 'https://127.0.0.1:1/bron' });
    expect(units.get(unit('mayor'))?.encryptionKeys).toEqual([{ jwk: pair.jwk, proof: null }]);
    expect(units.get(unit('mayor'))).toMatchObject({
      selector: { thumbprints: [], subOin: '00000004123456789000' },
      signingKeys: [{ x: 'A'.repeat(43) }, { x: 'B'.repeat(43) }],
      jwks: 'https://partner.example/jwks',
    });
  });

  it('move the version when something changed, and not when nothing did', async () => {
    const first = await applyPartners(database.pools.serve, file);
    expect(await applyPartners(database.pools.serve, file)).toBe(first);
    const renamed = structuredClone(file);
    for (const { units } of renamed.organisations) for (const found of units) found.name = `${found.name} nieuw`;
    expect(await applyPartners(database.pools.serve, renamed)).toBe(first + 1);
  });

  it.each<[string, object]>([
    ['another number', { subOin: null }],
    ['one key less', { signingKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'B'.repeat(43), use: 'sig' }] }],
    ['another address of keys', { jwks: null }],
    ['a host for events', { webhooks: ['partner.example:8443'] }],
  ])('move the version for %s', async (_, change) => {
    const first = await applyPartners(database.pools.serve, file);
    const changed = structuredClone(file);
    for (const { units } of changed.organisations)
      for (const one of units) if (one.id === 'mayor') Object.assign(one, change);
    expect(await applyPartners(database.pools.serve, changed)).toBe(first + 1);
    registry = await openRegistry(database.pools.serve);
    const mayor = registry.current().units.get(unit('mayor'));
    expect({ subOin: mayor?.selector.subOin, ...mayor }).toMatchObject(change);
  });

  it('cannot give two units one number', async () => {
    await applyPartners(database.pools.serve, file);
    const twin = structuredClone(file);
    for (const { units } of twin.organisations) for (const one of units) if (one.id === 'mayor') one.id = 'twin';
    await expect(applyPartners(database.pools.serve, twin)).rejects.toThrow();
  });

  it('can be applied by two at once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => applyPartners(database.pools.serve, file)));
    registry = await openRegistry(database.pools.serve);
    expect(registry.current().units.size).toBe(2);
  });

  it('keep a suspended unit suspended, until it is resumed', async () => {
    const first = await applyPartners(database.pools.serve, file);
    expect(await suspendUnit(database.pools.serve, unit('mayor'))).toBe(true);
    expect(await applyPartners(database.pools.serve, file)).toBe(first + 1);
    registry = await openRegistry(database.pools.serve);
    expect(registry.current().units.get(unit('mayor'))?.state).toBe('suspended');
    expect(await resumeUnit(database.pools.serve, unit('mayor'))).toBe(true);
    await registry.refresh();
    expect(registry.current().units.get(unit('mayor'))?.state).toBe('active');
    expect(registry.current().version).toBe(first + 2);
  });

  it('cannot be suspended when they do not exist or are suspended already', async () => {
    const first = await applyPartners(database.pools.serve, file);
    expect(await suspendUnit(database.pools.serve, unit('nobody'))).toBe(false);
    expect(await resumeUnit(database.pools.serve, unit('mayor'))).toBe(false);
    expect(await applyPartners(database.pools.serve, file)).toBe(first);
  });
});

describe('the registry', () => {
  it('is empty before any partner is there', async () => {
    registry = await openRegistry(database.pools.serve);
    expect(registry.current().units.size).toBe(0);
  });

  it('learns by itself what another gateway changed', async () => {
    registry = await openRegistry(database.pools.serve, { pollMs: 20 });
    await applyPartners(database.pools.owner, partners('newcomer'));
    await expect.poll(() => registry?.current().units.has(unit('newcomer')), { timeout: 5000 }).toBe(true);
  });

  it('refuses to be relied on when the database has been silent for too long', async () => {
    const pool = openPool(database.urls.serve, { max: 1 });
    registry = await openRegistry(pool, { pollMs: 20, staleMs: 300 });
    expect(registry.current().units.size).toBe(0);
    await pool.end();
    await sleep(400);
    expect(() => registry?.current()).toThrow(expect.objectContaining({ code: 'database-unavailable' }));
  });

  it('does not open over a row that it cannot read', async () => {
    await applyPartners(database.pools.owner, partners('one', 'two'));
    await database.pools.owner.query(`UPDATE unit SET connector = '{"type":"http","url":"ftp://x"}' WHERE id = 'two'`);
    await expect(openRegistry(database.pools.serve)).rejects.toThrow();
  });
});
