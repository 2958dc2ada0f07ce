import type pg from 'pg';
import { z } from 'zod';
import { type Instant, instant } from '../../core/brand.ts';
import { query } from '../pool.ts';

/** Keys of people that the ledger does not know, more than a few crashes leave. None was removed. */
export class TooManyOrphans extends Error {
  constructor() {
    super('the vault holds keys of many people that the ledger does not know: was the ledger restored from a backup?');
    this.name = 'TooManyOrphans';
  }
}

/** A key is made a moment before its subject: after a day nobody is on the way any more. */
const graceMs = 24 * 3_600_000;
const batch = 2000;
/** Of one turn. Beyond it, keys that are needed again once the right ledger is back would go. */
const fewest = 1000;

const olderKeys = {
  name: 'vault_older_keys',
  text: `SELECT subject_id, created_at::text FROM vault.subject_key
    WHERE created_at <= $1 AND (created_at, subject_id) > ($2::timestamptz, $3::uuid)
    ORDER BY created_at, subject_id LIMIT ${batch}`,
};
const strangers = {
  name: 'vault_strangers',
  text: `SELECT id FROM unnest($1::uuid[]) AS given (id) WHERE NOT EXISTS (SELECT 1 FROM subject s WHERE s.id = given.id)`,
};
const remove = {
  name: 'vault_remove_keys',
  text: 'DELETE FROM vault.subject_key WHERE subject_id = ANY ($1::uuid[])',
};

const keyRow = z.strictObject({ subject_id: z.string(), created_at: z.string() });
const strangerRow = z.strictObject({ id: z.string() });

/** How far the keys were looked at: of whom is on record once, the key is no orphan later. */
export interface Looked {
  readonly at: string;
  readonly subject: string;
}
export const nothingLooked: Looked = { at: '-infinity', subject: '00000000-0000-0000-0000-000000000000' };

/** Both with the login eraser. */
export interface EraserPools {
  readonly ledger: pg.Pool;
  readonly vault: pg.Pool;
}

/**
 * Removes the keys that were made for somebody whom the ledger then never came to know: of a gateway that
 * stopped in between, or of two that were first at once. Throws `TooManyOrphans`, `Fault('database-unavailable')`.
 */
export async function sweepOrphanKeys(
  { ledger, vault }: EraserPools,
  now: Instant,
  from: Looked = nothingLooked,
): Promise<{ readonly removed: number; readonly looked: Looked }> {
  const until = instant(new Date(Date.parse(now) - graceMs));
  const orphans: string[] = [];
  let looked = from;
  for (let found = batch; found === batch; ) {
    const rows = await query(vault, olderKeys, [until, looked.at, looked.subject]);
    const keys = rows.map((row) => keyRow.parse(row));
    const unknown = await query(ledger, strangers, [keys.map(({ subject_id }) => subject_id)]);
    orphans.push(...unknown.map((row) => strangerRow.parse(row).id));
    if (orphans.length > fewest) throw new TooManyOrphans();
    const last = keys.at(-1);
    if (last !== undefined) looked = { at: last.created_at, subject: last.subject_id };
    found = keys.length;
  }
  if (orphans.length > 0) await query(vault, remove, [orphans]);
  return { removed: orphans.length, looked };
}
