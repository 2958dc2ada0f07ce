import type pg from 'pg';
import { z } from 'zod';
import type { Instant } from '../core/brand.ts';
import { type Queryable, query, transaction } from './pool.ts';

/** One key of the gateway on record: which it is, and since when; never the key. */
export interface RecordedKey {
  readonly use: string;
  readonly id: string;
  readonly knownAt: Instant;
  /** null: it is coming. */
  readonly activatedAt: Instant | null;
  readonly retiredAt: Instant | null;
}

/** A gateway that is running, and the keys that it works with. */
export interface KeyHolder {
  readonly instance: string;
  readonly keys: readonly HeldKey[];
  readonly seenAt: Instant;
}

export interface HeldKey {
  readonly use: string;
  readonly id: string;
  readonly state: 'current' | 'next' | 'overlap';
}

const all = {
  name: 'key_version_all',
  text: 'SELECT use, id, known_at, activated_at, retired_at FROM key_version ORDER BY use, known_at, id',
};
const add = {
  name: 'key_version_add',
  text: `INSERT INTO key_version (use, id, known_at, activated_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
};
/** Gateways that start at once on a new database must not each take their own keys for its first. */
const lock = { name: 'key_version_lock', text: `SELECT pg_advisory_xact_lock(hashtext('sluis key versions'))` };
const hold = {
  name: 'key_holder_hold',
  text: `INSERT INTO key_holder (instance, keys, seen_at) VALUES ($1, $2, now())
    ON CONFLICT (instance) DO UPDATE SET keys = excluded.keys, seen_at = excluded.seen_at`,
};
const release = { name: 'key_holder_release', text: 'DELETE FROM key_holder WHERE instance = $1' };
const holders = {
  name: 'key_holder_living',
  text: `SELECT instance, keys, seen_at FROM key_holder
    WHERE seen_at > now() - $1 * interval '1 millisecond' ORDER BY instance`,
};

const row = z.strictObject({
  use: z.string(),
  id: z.string(),
  known_at: z.string(),
  activated_at: z.string().nullable(),
  retired_at: z.string().nullable(),
});
const held = z.strictObject({ use: z.string(), id: z.string(), state: z.enum(['current', 'next', 'overlap']) });
const holderRow = z.strictObject({ instance: z.string(), keys: z.array(held), seen_at: z.string() });

/** Every key that a gateway on this database ever had, by use and age. */
export async function keyVersions(on: Queryable): Promise<readonly RecordedKey[]> {
  return (await query(on, all, [])).map((found) => {
    const { use, id, known_at, activated_at, retired_at } = row.parse(found);
    return {
      use,
      id,
      knownAt: known_at as Instant,
      activatedAt: activated_at as Instant | null,
      retiredAt: retired_at as Instant | null,
    };
  });
}

/** Reads what is on record and adds to it, while nobody else does. */
export async function addKeyVersions(
  pool: pg.Pool,
  choose: (
    known: readonly RecordedKey[],
  ) => readonly { readonly use: string; readonly id: string; readonly isActive: boolean }[],
  at: Instant,
): Promise<readonly RecordedKey[]> {
  return transaction(pool, async (client) => {
    await query(client, lock, []);
    const added = choose(await keyVersions(client));
    for (const { use, id, isActive } of added) await query(client, add, [use, id, at, isActive ? at : null]);
    return keyVersions(client);
  });
}

/** Says which keys this gateway works with, and that it lives. */
export async function holdKeys(pool: pg.Pool, instance: string, keys: readonly HeldKey[]): Promise<void> {
  await query(pool, hold, [instance, JSON.stringify(keys.map(({ use, id, state }) => ({ use, id, state })))]);
}

export async function releaseKeys(pool: pg.Pool, instance: string): Promise<void> {
  await query(pool, release, [instance]);
}

/** Gateways that gave a sign of life within so many milliseconds. */
export async function keyHolders(pool: pg.Pool, withinMs: number): Promise<readonly KeyHolder[]> {
  return (await query(pool, holders, [withinMs])).map((found) => {
    const { instance, keys, seen_at } = holderRow.parse(found);
    return { instance, keys, seenAt: seen_at as Instant };
  });
}
