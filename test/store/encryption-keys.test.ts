import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { up } from '../../migrations/0024-encryption-keys.ts';
import { type Instant, instant, type UnitId } from '../../src/core/brand.ts';
import { keyInForce } from '../../src/core/partner/registered-key.ts';
import { carryOutDuePartnerChanges, carryOutPartnerChange } from '../../src/core/partner-change/carry-out.ts';
import { partnerChange } from '../../src/core/partner-change/partner-change.ts';
import type { PartnerChangePorts } from '../../src/core/partner-change/ports.ts';
import { proposePartnerChange } from '../../src/core/partner-change/propose-change.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import type { Trust } from '../../src/crypto/trust.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { partnerChangeRecords } from '../../src/store/partner-changes.ts';
import { applyPartners } from '../../src/store/partners.ts';
import { openPool } from '../../src/store/pool.ts';
import { readRegistry } from '../../src/store/registry.ts';
import { certificateKeys, seeCertificate } from '../../src/store/seen-certificates.ts';
import { dump } from '../faults/canary/dump.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { encryptionPair, forgeProof, keyChecksOn } from '../world/encryption-keys.ts';
import { journalOn } from '../world/journal-world.ts';
import { type SceneChanges, scene, testOin, trustIn } from '../world/pki/scene.ts';
import { partners } from './seed.ts';
import { testSecrets } from './test-secrets.ts';

const now = () => instant(new Date());
const clock = { now, ago: (ms: number) => instant(new Date(Date.now() - ms)), pause: async () => undefined };
const college = 'college' as UnitId;
const { leaf, chain, leafKeys } = scene();
const path = [leaf, ...chain];
const proofOf = ({ jwk }: ReturnType<typeof encryptionPair>) =>
  forgeProof({ jwk, unit: college, oin: testOin, path, key: leafKeys.privateKey });
const trustWith = (changes: SceneChanges = {}) => trustIn(scene(changes));

let database: FreshDatabase;
let journal: OpenJournal;
let ports: PartnerChangePorts;
let trusted: Trust;
beforeEach(async () => {
  database = await freshDatabase();
  journal = await journalOn(database.pools);
  trusted = trustWith();
  const { serve } = database.pools;
  const records = partnerChangeRecords(serve, testSecrets());
  ports = { clock, entropy, journal, records, keyChecks: keyChecksOn(serve, () => trusted) };
  await applyPartners(serve, partners(college));
});
afterEach(async () => {
  await journal.close();
  await database.drop();
});

const rotation = (encryptionKeys: object) => partnerChange.parse({ action: 'rotate', unit: college, encryptionKeys });
const propose = (of: ReturnType<typeof rotation>, from: Instant | null = null) =>
  proposePartnerChange(ports, { change: of, from }, [], null);

async function rotate(encryptionKeys: object) {
  const proposed = await propose(rotation(encryptionKeys));
  return proposed.ok ? carryOutPartnerChange(ports, proposed.value) : proposed.refusal;
}

const keysNow = async () => (await readRegistry(database.pools.serve)).registry.units.get(college)?.encryptionKeys;

describe('a key to seal to', () => {
  it('comes beside the one before it, and that one goes in a change of its own', async () => {
    const [first, second] = [encryptionPair('RSA'), encryptionPair('OKP')];
    const [one, two] = [first, second].map((pair) => ({ jwk: pair.jwk, proof: proofOf(pair) }));
    expect(await keysNow()).toBeNull();
    expect(await rotate({ add: [one] })).toBe('done');
    expect(await rotate({ add: [two] })).toBe('done');
    expect(await keysNow()).toEqual([two, one]);
    expect(await rotate({ add: [{ jwk: encryptionPair().jwk }], drop: [first.thumbprint] })).toMatchObject({
      refusal: { problem: 'one-at-a-time' },
    });
    expect(await rotate({ drop: [first.thumbprint] })).toBe('done');
    expect(await keysNow()).toEqual([two]);
    expect(await rotate({ drop: [second.thumbprint] })).toBe('done');
    // Not null: answers to this unit are sealed, or not given.
    expect(await keysNow()).toEqual([]);
    const { rows } = await database.pools.owner.query<{ leaf: string }>(
      `SELECT leaf FROM ledger_entry WHERE kind = 'partner-changed' ORDER BY time, id`,
    );
    expect(rows.map(({ leaf: text }) => JSON.parse(text).body.members)).toEqual(
      Array.from({ length: 4 }, () => ['encryptionKeys']),
    );
  });

  it('is not registered with a proof that does not hold, and says which key and why', async () => {
    const [own, other] = [encryptionPair(), encryptionPair()];
    expect(await rotate({ add: [{ jwk: own.jwk, proof: proofOf(other) }] })).toEqual({
      kind: 'key',
      refusal: { unit: college, key: own.thumbprint, problem: 'proof-of-other-key', detail: null },
    });
    expect(await keysNow()).toBeNull();
    expect((await ports.records.planned()).length).toBe(0);
  });

  it('is not registered in a file of partners either, nor under a certificate that came in with it', async () => {
    const pair = encryptionPair();
    const certificate = { thumbprint: 'a'.repeat(64), key: pair.thumbprint, unit: college, oin: testOin as never };
    await seeCertificate(database.pools.serve, { ...certificate, notAfter: now(), lastSeen: now() });
    expect([...(await certificateKeys(database.pools.serve, college))]).toEqual([pair.thumbprint]);
    const [organisation] = partners(college).organisations;
    const units = organisation?.units.map((unit) => ({ ...unit, encryptionKeys: [{ jwk: pair.jwk }] }));
    const add = partnerChange.parse({ action: 'add', organisations: [{ ...organisation, units }] });
    expect(await propose(add)).toMatchObject({ refusal: { kind: 'key', refusal: { problem: 'of-certificate' } } });
    // Of another unit it is nothing that anybody knows of.
    expect([...(await certificateKeys(database.pools.serve, 'mayor' as UnitId))]).toEqual([]);
  });

  it('does not come when its certificate was revoked before its start', async () => {
    const pair = encryptionPair();
    const from = instant(new Date(Date.now() + 300));
    const planned = await propose(rotation({ add: [{ jwk: pair.jwk, proof: proofOf(pair) }] }), from);
    expect(planned.ok).toBe(true);
    trusted = trustWith({ issuingList: { revoked: [{ serial: '777777' }] } });
    await expect
      .poll(() => carryOutDuePartnerChanges(ports), { timeout: 5_000 })
      .toMatchObject([{ outcome: 'lapsed' }]);
    const { rows } = await database.pools.owner.query('SELECT lapsed_why FROM partner_change');
    expect(rows).toEqual([{ lapsed_why: 'key-proof-certificate' }]);
    expect(await keysNow()).toBeNull();
  });

  it('is judged again only when it comes: what stays was judged then', async () => {
    const pair = encryptionPair();
    expect(await rotate({ add: [{ jwk: pair.jwk, proof: proofOf(pair) }] })).toBe('done');
    trusted = trustWith({ issuingList: { revoked: [{ serial: '777777' }] } });
    expect(await rotate({ add: [{ jwk: encryptionPair().jwk }] })).toBe('done');
    expect((await keysNow())?.length).toBe(2);
  });

  it('leaves nothing in the database by which an answer could be opened', async () => {
    const pairs = [encryptionPair('RSA'), encryptionPair('EC'), encryptionPair('OKP')];
    for (const pair of pairs) expect(await rotate({ add: [{ jwk: pair.jwk, proof: proofOf(pair) }] })).toBe('done');
    const text = [...(await dump(database.pools.owner)).values()].join('\n');
    for (const { jwk, privateKey } of pairs) {
      expect(text).toContain(jwk.kty === 'RSA' ? jwk.n : jwk.x);
      const { d = '', p, q } = privateKey.export({ format: 'jwk' });
      for (const part of [d, p, q]) if (part !== undefined) expect(text).not.toContain(part);
      expect(text).not.toContain(Buffer.from(d, 'base64url').toString('hex'));
    }
  });
});

describe('keys of before', () => {
  const asBefore = `ALTER TABLE unit DROP COLUMN encryption_keys, ADD COLUMN encryption_key jsonb;
    ALTER TABLE seen_certificate DROP COLUMN key`;

  async function migrate(): Promise<void> {
    // Kysely ends the pool that it is given: it gets one of its own.
    const pool = openPool(database.urls.owner, { max: 1 });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    await up(db);
    await db.destroy();
  }

  it('are carried over, and those of other algorithms are known and never sealed to', async () => {
    const { owner } = database.pools;
    await owner.query(asBefore);
    const [fit, unfit] = [encryptionPair('EC'), encryptionPair('RSA')].map(({ jwk }) => jwk);
    await owner.query(`INSERT INTO unit (id, oin, name, kind, state, selector, encryption_key)
      SELECT 'mayor', oin, 'mayor', kind, state, selector, NULL FROM unit`);
    await owner.query(`INSERT INTO unit (id, oin, name, kind, state, selector, encryption_key)
      SELECT 'other', oin, 'other', kind, state, selector, NULL FROM unit WHERE id = 'mayor'`);
    await owner.query('UPDATE unit SET encryption_key = $1 WHERE id = $2', [fit, college]);
    await owner.query('UPDATE unit SET encryption_key = $1 WHERE id = $2', [
      { ...unfit, alg: 'RSA-OAEP-512' },
      'mayor',
    ]);
    await migrate();
    const { units } = (await readRegistry(database.pools.serve)).registry;
    const inForce = (id: string) => {
      const keys = units.get(id as UnitId)?.encryptionKeys;
      return keys === undefined || keys === null ? keys : [keys.length, keyInForce(keys, now())];
    };
    expect(inForce(college)).toEqual([1, fit]);
    expect(inForce('mayor')).toEqual([1, null]);
    expect(inForce('other')).toBeNull();
  });

  it('that were planned lapse, since what was signed has no meaning any more; other plans stay', async () => {
    const { owner } = database.pools;
    await owner.query(asBefore);
    const old = JSON.stringify({ action: 'rotate', unit: college, encryptionKey: encryptionPair().jwk });
    const plan = (change: string) =>
      owner.query(
        `INSERT INTO partner_change (id, change, digest, previous, starts_at, recorded_at)
         VALUES ($1, $2, $3, $3, now() + interval '1 day', now())`,
        [randomUUID(), change, `sha256:${'a'.repeat(64)}`],
      );
    await plan(old);
    await plan(JSON.stringify({ action: 'resume', unit: college }));
    await migrate();
    expect((await ports.records.planned()).map(({ change }) => change.action)).toEqual(['resume']);
    const { rows } = await owner.query('SELECT lapsed_why FROM partner_change WHERE lapsed_at IS NOT NULL');
    expect(rows).toEqual([{ lapsed_why: 'form-replaced' }]);
  });
});
