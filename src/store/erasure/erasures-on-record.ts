import type pg from 'pg';
import { z } from 'zod';
import type { SubjectId } from '../../core/brand.ts';
import { query } from '../pool.ts';

const uuid = z.uuid();
const mark = z.string().regex(/^[0-9a-f]{64}$/);
const range = z.strictObject({ instance: uuid, from: z.int().min(1), to: z.int().min(1) });
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** One erasure as it is listed and kept beside backups. `marks`: hexadecimal; they find a person again and tell nothing. */
export const erasureOnRecord = z.strictObject({
  id: uuid,
  entry: uuid,
  scope: z.enum(['leaves', 'subject', 'value']),
  at: instant,
  /** null: ordered, and not yet carried out. */
  done: instant.nullable(),
  marks: z.array(mark),
  opening: z.strictObject({ entry: uuid, name: z.string().min(1).max(64) }).nullable(),
  ranges: z.array(range).nullable(),
});
export type ErasureOnRecord = z.infer<typeof erasureOnRecord>;

const all = {
  name: 'erasure_all',
  text: `SELECT id, entry_id AS entry, scope, ordered_at AS at, done_at AS done,
      ARRAY(SELECT encode(one, 'hex') FROM unnest(marks) AS one) AS marks,
      CASE WHEN opening_entry IS NOT NULL THEN json_build_object('entry', opening_entry, 'name', opening_name) END AS opening,
      ranges
    FROM erasure ORDER BY ordered_at, id`,
};

/** The oldest first. Throws `Fault('database-unavailable')`. */
export async function erasuresOnRecord(pool: pg.Pool): Promise<readonly ErasureOnRecord[]> {
  return (await query(pool, all, [])).map((row) => erasureOnRecord.parse(row));
}

const markOf = (id: string): string => `sha256(convert_to('sluis-erased' || E'\\n' || ${id}, 'UTF8'))`;

const marked = {
  name: 'erasure_marked',
  text: `SELECT id FROM subject WHERE merged_into IS NULL AND erasing_since IS NULL AND ${markOf('id')} = ANY ($1::bytea[])`,
};
const destroyMarked = {
  name: 'erasure_destroy_marked',
  text: `WITH gone AS (DELETE FROM vault.subject_key WHERE ${markOf('subject_id')} = ANY ($1::bytea[])
      AND NOT subject_id = ANY ($2::uuid[]) RETURNING 1)
    SELECT count(*) AS gone FROM gone`,
};
const standing = {
  name: 'erasure_standing',
  text: `SELECT id FROM subject WHERE ${markOf('id')} = ANY ($1::bytea[])`,
};

const bytes = (marks: readonly string[]): readonly Buffer[] => marks.map((one) => Buffer.from(one, 'hex'));
const idRow = z.strictObject({ id: uuid });

/** People who were erased and are there again, as a backup brings them. Throws `Fault('database-unavailable')`. */
export async function peopleThereAgain(pool: pg.Pool, marks: readonly string[]): Promise<readonly SubjectId[]> {
  return (await query(pool, marked, [bytes(marks)])).map((row) => idRow.parse(row).id as SubjectId);
}

/**
 * Destroys the keys of erased people that a backup of the vault brought back, and says how many. Those of whoever
 * still stands on record go with the rest of them. Throws `Fault('database-unavailable')`.
 */
export async function destroyKeysThereAgain(
  { pool, eraser }: { readonly pool: pg.Pool; readonly eraser: pg.Pool },
  marks: readonly string[],
): Promise<number> {
  const still = (await query(pool, standing, [bytes(marks)])).map((row) => idRow.parse(row).id);
  const [row] = await query(eraser, destroyMarked, [bytes(marks), still]);
  return z.strictObject({ gone: z.coerce.number() }).parse(row).gone;
}
