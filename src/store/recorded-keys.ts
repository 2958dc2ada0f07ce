import type pg from 'pg';
import type { Instant } from '../core/brand.ts';
import { addKeyVersions, type HeldKey, keyVersions, type RecordedKey } from './key-versions.ts';
import { publicKeys, registerKey } from './keys.ts';

/** Keys as they are told: which they are and where they stand, never the keys. */
export interface ToldKeys {
  versions(): readonly (HeldKey & { readonly jwk: Readonly<Record<string, unknown>> | null })[];
  /** File of a use's keys. */
  placeOf(use: string): string;
}

/** A key that this database was not written with: a refusal to start, told in one line that names the file. */
export class ForeignKey extends Error {
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.name = 'ForeignKey';
  }
}

/**
 * Opens the gateway's keys as this database knows them. A database that was written with other keys must not
 * get new ones: its people would be lost. `open` is told whether keys may be made, and which uses never had one.
 * Throws `ForeignKey`, and what `open` throws.
 */
export async function openRecordedKeys<Keys extends ToldKeys>(
  pool: pg.Pool,
  open: (may: { readonly create: boolean; isNew(use: string): boolean }) => Promise<Keys>,
  at: Instant,
): Promise<Keys> {
  const create = (await publicKeys(pool)).length === 0;
  const known = new Set((await keyVersions(pool)).map(({ use }) => use));
  const keys = await open({ create, isNew: (use) => !create && !known.has(use) });
  await recordKeys(pool, keys, at);
  return keys;
}

/**
 * Insists that these keys are the database's own, and puts what is coming on record: public halves are
 * published before they sign. Throws `ForeignKey` for a key that was never announced, or is retired.
 */
export async function recordKeys(pool: pg.Pool, keys: ToldKeys, at: Instant): Promise<readonly RecordedKey[]> {
  const versions = keys.versions();
  const uses = [...new Set(versions.map(({ use }) => use))];
  const choose = (known: readonly RecordedKey[]) => uses.flatMap((use) => newVersions(keys, use, known));
  const recorded = await addKeyVersions(pool, choose, at);
  for (const { use, id, jwk } of versions) {
    if (jwk !== null) await registerKey(pool, { id, use, alg: 'Ed25519', jwk }, at);
  }
  return recorded;
}

function newVersions(
  keys: ToldKeys,
  use: string,
  known: readonly RecordedKey[],
): readonly { readonly use: string; readonly id: string; readonly isActive: boolean }[] {
  const own = keys.versions().filter((version) => version.use === use);
  const onRecord = new Map(known.filter((version) => version.use === use).map((version) => [version.id, version]));
  if (onRecord.size === 0) return own.map(({ id, state }) => ({ use, id, isActive: state !== 'next' }));
  for (const { id, state } of own) {
    const version = onRecord.get(id);
    if (state !== 'next' && version === undefined) {
      const why = `holds a key that this database does not know, and that was not announced as next (${id})`;
      throw new ForeignKey(keys.placeOf(use), why);
    }
    if (version !== undefined && version.retiredAt !== null) {
      throw new ForeignKey(keys.placeOf(use), `holds a key that is retired (${id})`);
    }
  }
  return own.filter(({ id }) => !onRecord.has(id)).map(({ id }) => ({ use, id, isActive: false }));
}
