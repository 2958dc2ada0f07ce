import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '../../src/core/brand.ts';
import { keyFileOf, newKey, readRing, replaceRing } from '../../src/crypto/key-files.ts';
import type { KeyUse } from '../../src/crypto/key-uses.ts';
import { type GatewayKeys, openKeys } from '../../src/crypto/keys.ts';
import { keyRows } from '../../src/store/key-rows.ts';
import { holdKeys, keyHolders, keyVersions, releaseKeys } from '../../src/store/key-versions.ts';
import { publicKeys } from '../../src/store/keys.ts';
import { ForeignKey, openRecordedKeys, recordKeys } from '../../src/store/recorded-keys.ts';
import { createSubjects } from '../../src/store/subjects.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

const temporary = temporaryDirectory();
let database: FreshDatabase;
let made = 0;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database?.drop();
  temporary.remove();
});

const now = () => instant(new Date());
const newPlaces = () => {
  made += 1;
  return { directory: join(temporary.path, `keys-${made}`) };
};
const open = (places: { readonly directory: string }, on: FreshDatabase = database) =>
  openRecordedKeys(on.pools.serve, (may) => openKeys({ ...places, ...may }), now());
const subjectsWith = (keys: GatewayKeys, on: FreshDatabase = database) =>
  createSubjects({
    pool: on.pools.serve,
    vault: on.pools.vault,
    secrets: keys.identifiers,
    cipher: keys.subjects,
    clock: { now },
    entropy: { id: randomUUID },
  });

function replace(places: { readonly directory: string }, use: KeyUse, step: 'announce' | 'promote' | 'retire'): void {
  const ring = readRing(places, use);
  const file = keyFileOf(places, use) ?? '';
  if (step === 'announce') replaceRing(file, { ...ring, next: newKey(use) });
  else if (step === 'retire') replaceRing(file, { ...ring, old: [] });
  else if (ring.next !== null) replaceRing(file, { ...ring, current: ring.next, next: null, old: [ring.current] });
}

const rowsOf = (keys: GatewayKeys, use: string, on: FreshDatabase = database) => {
  const { identifiers, subjects, users } = keys;
  const current = (name: string) =>
    keys.versions().find((each) => each.use === name && each.state === 'current')?.id ?? '';
  const rows = keyRows({ ledger: on.pools.owner, vault: on.pools.vaultOwner }, use, {
    identifiers,
    subjects,
    users,
    current,
  });
  if (rows === null) throw new Error('nothing is stored under it');
  return rows;
};

describe('keys on record', () => {
  test('are those of the first gateway, and no others', async () => {
    const places = newPlaces();
    const keys = await open(places);
    expect((await keyVersions(database.pools.serve)).map(({ id }) => id).sort()).toEqual(
      keys
        .versions()
        .map(({ id }) => id)
        .sort(),
    );
    const other = await openKeys({ ...newPlaces(), create: true });
    await expect(recordKeys(database.pools.serve, other, now())).rejects.toThrow(ForeignKey);
    await expect(recordKeys(database.pools.serve, other, now())).rejects.toThrow(
      /holds a key that this database does not know/,
    );
    // A folder that is gone is not replaced by new keys.
    await expect(open(newPlaces())).rejects.toThrow(/is missing; restore it from a backup/);
  });

  test('of gateways that start at once are of one of them', async () => {
    const fresh = await freshDatabase();
    try {
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => open(newPlaces(), fresh)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await keyVersions(fresh.pools.serve)).length).toBe(8);
    } finally {
      await fresh.drop();
    }
  });

  test('come in two steps: announced ones are published, unannounced ones refused, retired ones never taken again', async () => {
    const fresh = await freshDatabase();
    const places = newPlaces();
    try {
      const keys = await open(places, fresh);
      const first = readRing(places, 'ledger');
      replace(places, 'ledger', 'announce');
      keys.adopt(keys.read());
      await recordKeys(fresh.pools.serve, keys, now());
      const coming = keys.versions().find(({ use, state }) => use === 'ledger' && state === 'next');
      expect((await publicKeys(fresh.pools.serve)).map(({ id }) => id)).toContain(coming?.id);
      replace(places, 'ledger', 'promote');
      replace(places, 'ledger', 'retire');
      keys.adopt(keys.read());
      await recordKeys(fresh.pools.serve, keys, now());
      await fresh.pools.owner.query(`UPDATE key_version SET retired_at = now() WHERE use = 'ledger' AND id <> $1`, [
        coming?.id,
      ]);
      replaceRing(keyFileOf(places, 'ledger') ?? '', first);
      await expect(open(places, fresh)).rejects.toThrow(/ledger-signing\.pem: holds a key that is retired/);
    } finally {
      await fresh.drop();
    }
  });

  test('are held by who says so, as long as it lives', async () => {
    const id = randomUUID();
    await holdKeys(database.pools.serve, id, [{ use: 'data', id: 'a', state: 'current' }]);
    expect(await keyHolders(database.pools.serve, 1000)).toMatchObject([
      { instance: id, keys: [{ state: 'current' }] },
    ]);
    await database.pools.owner.query(`UPDATE key_holder SET seen_at = now() - interval '1 minute'`);
    expect(await keyHolders(database.pools.serve, 1000)).toEqual([]);
    await releaseKeys(database.pools.serve, id);
  });
});

describe('rows under an older key', () => {
  test.each(['lookup', 'data', 'wrapping'] as const)(
    'of %s are counted, written anew and then read with the new key alone',
    async (use) => {
      const fresh = await freshDatabase();
      const places = newPlaces();
      try {
        const keys = await open(places, fresh);
        const subjects = subjectsWith(keys, fresh);
        const numbers = ['900000041', '900000053', '900000065'];
        const ids = await Promise.all(numbers.map((value) => subjects.ensure({ type: 'bsn', value })));
        expect(await rowsOf(keys, use, fresh).remaining()).toBe(0);
        replace(places, use, 'announce');
        replace(places, use, 'promote');
        keys.adopt(keys.read());
        expect(await rowsOf(keys, use, fresh).remaining()).toBe(3);
        expect(await rowsOf(keys, use, fresh).rewrite(2)).toBe(2);
        expect(await rowsOf(keys, use, fresh).remaining()).toBe(1);
        expect(await Promise.all(numbers.map((value) => subjects.ensure({ type: 'bsn', value })))).toEqual(ids);
        expect(await rowsOf(keys, use, fresh).rewrite(2)).toBe(1);
        expect(await rowsOf(keys, use, fresh).remaining()).toBe(0);
        replace(places, use, 'retire');
        keys.adopt(keys.read());
        expect(await Promise.all(numbers.map((value) => subjects.ensure({ type: 'bsn', value })))).toEqual(ids);
        const { rows } = await fresh.pools.vaultOwner.query<{ wrapped: Buffer }>(
          'SELECT wrapped FROM vault.subject_key',
        );
        for (const { wrapped } of rows)
          expect(keys.subjects.encrypt(wrapped, Buffer.from('x'), 'e').length).toBeGreaterThan(0);
      } finally {
        await fresh.drop();
      }
    },
  );

  test('from before rows named their key are counted as older', async () => {
    const places = newPlaces();
    const fresh = await freshDatabase();
    try {
      const keys = await open(places, fresh);
      await subjectsWith(keys, fresh).ensure({ type: 'bsn', value: '900000041' });
      await fresh.pools.owner.query('UPDATE subject_identifier SET lookup_key = NULL');
      expect(await rowsOf(keys, 'lookup', fresh).remaining()).toBe(1);
      await rowsOf(keys, 'lookup', fresh).rewrite(10);
      expect(await rowsOf(keys, 'lookup', fresh).remaining()).toBe(0);
    } finally {
      await fresh.drop();
    }
  });

  test('may be written by the owner alone', async () => {
    await expect(database.pools.serve.query('UPDATE subject_identifier SET ciphertext = ciphertext')).rejects.toThrow(
      /permission denied/,
    );
    await expect(database.pools.vault.query('UPDATE vault.subject_key SET wrapped = wrapped')).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('one number that two gateways meet at once', () => {
  test('is one person, also when one of them writes with the new key and the other with the old', async () => {
    const fresh = await freshDatabase();
    const places = newPlaces();
    try {
      const ahead = await open(places, fresh);
      replace(places, 'lookup', 'announce');
      const behind = await openKeys({ ...places, create: false });
      replace(places, 'lookup', 'promote');
      ahead.adopt(ahead.read());
      expect(ahead.identifiers.lookupKey).not.toBe(behind.identifiers.lookupKey);
      for (let turn = 0; turn < 40; turn += 1) {
        const value = String(900_000_000 + turn);
        const both = [ahead, behind, ahead, behind].map((keys) =>
          subjectsWith(keys, fresh).ensure({ type: 'bsn', value }),
        );
        expect(new Set(await Promise.all(both)).size).toBe(1);
      }
    } finally {
      await fresh.drop();
    }
  });
});
