import type pg from 'pg';
import { z } from 'zod';
import type { Instant } from '../core/brand.ts';
import { query } from './pool.ts';

/** A public key of the gateway. Keys are added and never removed: old receipts must stay verifiable. */
export interface PublicKey {
  /** RFC 7638 thumbprint. */
  readonly id: string;
  /** What it signs: `ledger`, `checkpoint`, … */
  readonly use: string;
  readonly alg: string;
  /** Public members only. */
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly createdAt: Instant;
  readonly retiredAt: Instant | null;
}

const addKey = {
  name: 'key_add',
  text: `INSERT INTO key (id, use, alg, jwk, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
};
const addInstance = {
  name: 'instance_add',
  text: 'INSERT INTO instance (id, key_id, started_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
};
const all = {
  name: 'key_all',
  text: 'SELECT id, use, alg, jwk, created_at, retired_at FROM key ORDER BY created_at, id',
};

const row = z.strictObject({
  id: z.string(),
  use: z.string(),
  alg: z.string(),
  jwk: z.record(z.string(), z.unknown()),
  created_at: z.string(),
  retired_at: z.string().nullable(),
});

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Keys as the gateway publishes them: each says what it signs, so that nothing else by it is believed. */
export function publishedSet(keys: readonly Pick<PublicKey, 'use' | 'jwk'>[]): {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
} {
  return { keys: keys.map(({ use, jwk }) => ({ ...jwk, sluis_use: use })) };
}

/** The keys that sign this and nothing else, as JWKs. */
export function jwksFor(use: 'ledger' | 'checkpoint', keys: readonly Pick<PublicKey, 'use' | 'jwk'>[]) {
  return keys.filter((key) => key.use === use).map(({ jwk }) => jwk);
}

/** Puts a public key on record; again is nothing. Throws RangeError for a private one. */
export async function registerKey(
  pool: pg.Pool,
  key: Pick<PublicKey, 'id' | 'use' | 'alg' | 'jwk'>,
  at: Instant,
): Promise<void> {
  if (privateMembers.some((member) => member in key.jwk)) throw new RangeError('only public keys go on record');
  await query(pool, addKey, [key.id, key.use, key.alg, JSON.stringify(key.jwk), at]);
}

/** Puts on record that this instance of the gateway signs with this key. */
export async function registerInstance(
  pool: pg.Pool,
  instance: { readonly id: string; readonly keyId: string },
  at: Instant,
): Promise<void> {
  await query(pool, addInstance, [instance.id, instance.keyId, at]);
}

/** Every key there ever was, oldest first. */
export async function publicKeys(pool: pg.Pool): Promise<readonly PublicKey[]> {
  const rows = await query(pool, all, []);
  return rows.map((found) => {
    const { id, use, alg, jwk, created_at, retired_at } = row.parse(found);
    return { id, use, alg, jwk, createdAt: created_at as Instant, retiredAt: retired_at as Instant | null };
  });
}
