import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type PermitClaims, type PermitToken, readPermit } from '../../src/core/disclosure/permit-token.ts';
import { EnvelopeError } from '../../src/crypto/envelope.ts';
import { createKeyFile, keyFileOf, newKey, readRing, replaceRing } from '../../src/crypto/key-files.ts';
import { firstUnknownPersonKey } from '../../src/crypto/key-material.ts';
import { type KeyUse, keyUses } from '../../src/crypto/key-uses.ts';
import { checkpointKeys, type GatewayKeys, openKeys } from '../../src/crypto/keys.ts';
import { permitTokens } from '../../src/crypto/permit-tokens.ts';
import { publicPem, publishedKey } from '../../src/crypto/signing-key.ts';
import { temporaryDirectory } from './peers.ts';

const temporary = temporaryDirectory();
afterAll(() => temporary.remove());
let made = 0;
function newPlaces() {
  made += 1;
  return { directory: join(temporary.path, `keys-${made}`) };
}

type Places = ReturnType<typeof newPlaces>;

/** As the command does it: announce, then use; the older key stays. */
function announce(places: Places, use: KeyUse): void {
  const file = keyFileOf(places, use) ?? '';
  replaceRing(file, { ...readRing(places, use), next: newKey(use) });
}
function promote(places: Places, use: KeyUse): void {
  const ring = readRing(places, use);
  if (ring.next === null) throw new Error('nothing is coming');
  replaceRing(keyFileOf(places, use) ?? '', {
    ...ring,
    current: ring.next,
    next: null,
    old: [ring.current, ...ring.old],
  });
}
function retire(places: Places, use: KeyUse): void {
  replaceRing(keyFileOf(places, use) ?? '', { ...readRing(places, use), old: [] });
}
const take = (keys: GatewayKeys): void => keys.adopt(keys.read());
const idOf = (keys: GatewayKeys, use: KeyUse, state: string) =>
  keys.versions().find((version) => version.use === use && version.state === state)?.id;

describe('two gateways with one folder of keys', () => {
  test.each(['lookup', 'data', 'wrapping', 'users'] as const)(
    'read what the other writes at every step of replacing the %s key',
    async (use) => {
      const places = newPlaces();
      const a = await openKeys({ ...places, create: true });
      const b = await openKeys({ ...places, create: false });
      const understood = (one: GatewayKeys, other: GatewayKeys): void => {
        expect(other.identifiers.decrypt(one.identifiers.encrypt('900000041', 'c'), 'c')).toBe('900000041');
        expect(other.users.decrypt(one.users.encrypt('u', 'c'), 'c')).toBe('u');
        expect(other.identifiers.lookups('bsn', '900000041')).toContainEqual(
          one.identifiers.lookup('bsn', '900000041'),
        );
        const wrapped = one.subjects.newKey();
        expect(other.subjects.decrypt(wrapped, one.subjects.encrypt(wrapped, Buffer.from('x'), 'e'), 'e')).toEqual(
          Buffer.from('x'),
        );
        expect(
          other.subjects.decrypt(
            other.subjects.dummyKey,
            one.subjects.encrypt(one.subjects.dummyKey, Buffer.from('x'), 'e'),
            'e',
          ),
        ).toEqual(Buffer.from('x'));
      };
      const both = (): void => {
        understood(a, b);
        understood(b, a);
      };
      both();
      announce(places, use);
      take(a);
      understood(b, a);
      take(b);
      both();
      promote(places, use);
      take(a);
      both();
      take(b);
      both();
      retire(places, use);
      take(a);
      both();
      take(b);
      both();
    },
  );

  test('do not yet understand a key that was put in use without a word before', async () => {
    const places = newPlaces();
    const a = await openKeys({ ...places, create: true });
    const b = await openKeys({ ...places, create: false });
    announce(places, 'data');
    promote(places, 'data');
    take(a);
    expect(() => b.identifiers.decrypt(a.identifiers.encrypt('x', 'c'), 'c')).toThrow(EnvelopeError);
  });
});

describe('a permit', () => {
  const now = Math.floor(Date.now() / 1_000);
  const oin = '00000099000000009000';
  const claims: PermitClaims = {
    ...{ iss: `urn:nld:oin:${oin}`, aud: 'bron', jti: randomUUID(), request: randomUUID(), purpose: 'care' },
    ...{ recipient: { unit: 'arts', oin: '00000099000000001000' }, fields: { medical: ['medical.notes'] } },
    ...{ key: 'k'.repeat(43), iat: now, nbf: now, exp: now + 3_600 },
  };

  test('stays good until its key is retired, at every gateway and at every step', async () => {
    const places = newPlaces();
    const gateways = [await openKeys({ ...places, create: true }), await openKeys({ ...places, create: false })];
    const [a, b] = gateways.map((keys) => permitTokens(keys.answers, oin, keys.answersCheckedBy));
    const given: PermitToken[] = [];
    const allGood = (): void => {
      for (const each of [a, b]) {
        if (each !== undefined) given.push(each.sign(claims));
        for (const { jws } of given) expect([a?.read(jws), b?.read(jws)]).toMatchObject([{ jws }, { jws }]);
      }
    };
    allGood();
    for (const step of [announce, promote]) {
      step(places, 'answers');
      for (const keys of gateways) {
        take(keys);
        allGood();
      }
    }
    expect(new Set(given.map(({ jws }) => readPermit(jws)?.kid)).size).toBe(2);
    const [first, last] = [given[0]?.jws ?? '', given.at(-1)?.jws ?? ''];
    retire(places, 'answers');
    gateways.forEach(take);
    expect([a?.read(first), b?.read(first)]).toEqual([null, null]);
    expect([a?.read(last), b?.read(last)]).toMatchObject([{ jws: last }, { jws: last }]);
  });

  test('that names one key and is signed by another is none', async () => {
    const keys = await openKeys({ ...newPlaces(), create: true });
    const other = await openKeys({ ...newPlaces(), create: true });
    const { keyId } = keys.answers;
    const forged = permitTokens({ ...other.answers, keyId, sign: other.answers.sign }, oin).sign(claims);
    const tokens = permitTokens(keys.answers, oin, () => [...keys.answersCheckedBy(), ...other.answersCheckedBy()]);
    expect(tokens.read(forged.jws)).toBeNull();
    expect(tokens.read(permitTokens(keys.ledger, oin).sign(claims).jws)).toBeNull();
  });
});

describe('a retired key', () => {
  test('opens nothing any more', async () => {
    const places = newPlaces();
    const keys = await openKeys({ ...places, create: true });
    const sealed = keys.identifiers.encrypt('x', 'c');
    const lookup = keys.identifiers.lookup('bsn', 'x');
    const wrapped = keys.subjects.newKey();
    const anew = () => keys.subjects.rewrap(wrapped);
    for (const use of ['data', 'lookup', 'wrapping'] as const) {
      announce(places, use);
      promote(places, use);
    }
    take(keys);
    expect(keys.identifiers.decrypt(sealed, 'c')).toBe('x');
    const rewrapped = anew();
    for (const use of ['data', 'lookup', 'wrapping'] as const) retire(places, use);
    take(keys);
    expect(() => keys.identifiers.decrypt(sealed, 'c')).toThrow(EnvelopeError);
    expect(keys.identifiers.lookups('bsn', 'x')).not.toContainEqual(lookup);
    expect(anew).toThrow(EnvelopeError);
    expect(() => keys.subjects.encrypt(rewrapped, Buffer.from('x'), 'e')).not.toThrow();
  });

  test('that signed checkpoints is still known, from its public half in the file', async () => {
    const places = newPlaces();
    const keys = await openKeys({ ...places, create: true });
    const first = keys.checkpoint.publicKey;
    announce(places, 'checkpoint');
    promote(places, 'checkpoint');
    take(keys);
    expect(keys.checkpointCosigners().map(({ publicKey }) => publicKey)).toEqual([first]);
    const ring = readRing(places, 'checkpoint');
    const text = publicPem(publishedKey(first));
    replaceRing(keyFileOf(places, 'checkpoint') ?? '', { ...ring, old: [], retired: [{ form: 'public', text }] });
    take(keys);
    expect(keys.checkpointCosigners()).toEqual([]);
    expect(checkpointKeys(keys)).toEqual([keys.checkpoint.publicKey, first]);
  });
});

describe('ports', () => {
  test('stay the same while the keys behind them change', async () => {
    const places = newPlaces();
    const keys = await openKeys({ ...places, create: true });
    const { ledger, identifiers } = keys;
    const before = ledger.keyId;
    announce(places, 'ledger');
    take(keys);
    expect(ledger.keyId).toBe(before);
    const coming = idOf(keys, 'ledger', 'next');
    promote(places, 'ledger');
    take(keys);
    expect(ledger.keyId).toBe(coming);
    expect(identifiers.lookupKey).toBe(idOf(keys, 'lookup', 'current'));
    expect(keys.jwks.keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([before, coming]));
  });

  test('keep the last good keys where the files cannot be read', async () => {
    const places = newPlaces();
    const keys = await openKeys({ ...places, create: true });
    const sealed = keys.users.encrypt('x', 'c');
    writeFileSync(join(places.directory, 'users.key'), 'half');
    expect(() => keys.read()).toThrow(/users\.key: does not hold 32 bytes/);
    expect(keys.users.decrypt(sealed, 'c')).toBe('x');
  });

  test('refuse one key twice, and a key of another use', async () => {
    const places = newPlaces();
    const keys = await openKeys({ ...places, create: true });
    const file = join(places.directory, 'data.key');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good + good);
    expect(() => keys.read()).toThrow(/data\.key: holds one key twice/);
    writeFileSync(file, newKey('ledger').text);
    expect(() => keys.read()).toThrow(/data\.key: .*another kind/);
  });
});

describe('a folder from before users and answers had keys', () => {
  const older = ['answer-signing.pem', 'users.key', 'unknown-person.key'];

  test('gets them once, and still opens what was sealed about nobody', async () => {
    const places = newPlaces();
    await openKeys({ ...places, create: true });
    for (const name of older) unlinkSync(join(places.directory, name));
    await expect(openKeys({ ...places, create: false })).rejects.toThrow(/is missing; restore it from a backup/);
    const derived = firstUnknownPersonKey(places);
    const keys = await openKeys({ ...places, create: false, isNew: () => true });
    expect(readRing(places, 'unknown').current).toEqual(derived);
    expect(keys.versions().map(({ use }) => use)).toEqual([...keyUses]);
  });

  test('gets no key of nobody from a wrapping key that is not the first', async () => {
    const places = newPlaces();
    await openKeys({ ...places, create: true });
    unlinkSync(join(places.directory, 'unknown-person.key'));
    announce(places, 'wrapping');
    promote(places, 'wrapping');
    await expect(openKeys({ ...places, create: false, isNew: () => true })).rejects.toThrow(
      /unknown-person\.key: is missing/,
    );
  });
});

describe('keys that stand elsewhere', () => {
  test('are read from the files that the settings name, and made nowhere', async () => {
    const { directory } = newPlaces();
    const elsewhere = join(temporary.path, `mounted-${made}`);
    mkdirSync(elsewhere);
    const files = { data: join(elsewhere, 'data'), ledger: join(elsewhere, 'ledger') };
    await expect(openKeys({ directory, files, create: true })).rejects.toThrow(/mounted-\d+\/ledger: is missing/);
    for (const use of ['data', 'ledger'] as const) createKeyFile({ directory, files }, use);
    const keys = await openKeys({ directory, files, create: true });
    expect(keys.placeOf('data')).toBe(files.data);
    expect(() => readFileSync(join(directory, 'data.key'))).toThrow(/ENOENT/);
  });
});
