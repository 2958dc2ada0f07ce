import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../../src/core/brand.ts';
import { publicKeys, registerInstance, registerKey } from '../../src/store/keys.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { at } from './seed.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const later = '2026-11-22T10:00:00.000Z' as Instant;

describe('the key registry', () => {
  it('keeps every key, the first time it was seen', async () => {
    const { serve } = database.pools;
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'abc' };
    await registerKey(serve, { id: 'one', use: 'ledger', alg: 'EdDSA', jwk }, at);
    await registerKey(serve, { id: 'one', use: 'ledger', alg: 'EdDSA', jwk }, later);
    await registerKey(serve, { id: 'two', use: 'checkpoint', alg: 'EdDSA', jwk }, later);
    expect(await publicKeys(serve)).toEqual([
      { id: 'one', use: 'ledger', alg: 'EdDSA', jwk, createdAt: at, retiredAt: null },
      { id: 'two', use: 'checkpoint', alg: 'EdDSA', jwk, createdAt: later, retiredAt: null },
    ]);
  });

  it('never takes a private key', async () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'abc', d: 'secret' };
    const key = { id: 'private', use: 'ledger', alg: 'EdDSA', jwk };
    await expect(registerKey(database.pools.serve, key, at)).rejects.toThrow(RangeError);
    expect((await publicKeys(database.pools.serve)).map(({ id }) => id)).not.toContain('private');
  });

  it('takes an instance with a key that is on record, and no other', async () => {
    const { serve } = database.pools;
    const id = v7();
    await registerInstance(serve, { id, keyId: 'one' }, at);
    await registerInstance(serve, { id, keyId: 'one' }, later);
    const rows = await serve.query('SELECT key_id, started_at FROM instance WHERE id = $1', [id]);
    expect(rows.rows).toEqual([{ key_id: 'one', started_at: at }]);
    const unknown = registerInstance(serve, { id: v7(), keyId: 'unknown' }, at);
    await expect(unknown).rejects.toMatchObject({ sqlState: '23503' });
  });
});
