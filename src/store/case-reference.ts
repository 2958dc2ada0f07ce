import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { SubjectId, UnitId } from '../core/brand.ts';
import type { CaseReferences } from '../core/disclosure/ports.ts';
import type { IdentifierSecrets } from '../core/subject/ports.ts';
import { query } from './pool.ts';

/** What a reference is hashed with: the same words of two units must not look alike to whoever reads the database. */
export function caseReferenceValue(unit: string, reference: string): string {
  return `${unit}\n${reference}`;
}

export function caseReferenceContext(unit: string, row: string): string {
  return `subject_case_reference:${unit}:${row}`;
}

/** Given again to the same subject it stands; a reference that names another subject is somebody else's. */
const give = {
  name: 'journal-case-reference-given',
  text: `WITH given AS (
      INSERT INTO subject_case_reference (unit_id, reference, subject_id, lookup, lookup_key, ciphertext)
      SELECT $1, $2, $3, ($4::bytea[])[1], $5, $6 WHERE NOT EXISTS (
        SELECT 1 FROM subject_case_reference WHERE unit_id = $1 AND lookup = ANY ($4::bytea[]))
      ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT 1 FROM given UNION ALL
    SELECT 1 FROM subject_case_reference WHERE unit_id = $1 AND lookup = ANY ($4::bytea[]) AND subject_id = $3`,
};

/** The reference as a statement that puts it on record: a row with a name of chance, found by its keyed hash. */
export function giveCaseReference(
  given: { readonly unit: UnitId; readonly reference: string; readonly subject: SubjectId },
  secrets: Pick<IdentifierSecrets, 'encrypt' | 'lookups' | 'lookupKey'>,
) {
  const { unit, reference, subject } = given;
  const row = randomUUID();
  const lookups = secrets.lookups('case-reference', caseReferenceValue(unit, reference));
  const ciphertext = secrets.encrypt(reference, caseReferenceContext(unit, row));
  return { ...give, values: [unit, row, subject, lookups, secrets.lookupKey, ciphertext] };
}

const referencesOf = {
  name: 'case_references_of',
  text: `SELECT reference AS row, ciphertext FROM subject_case_reference WHERE unit_id = $1 AND subject_id = $2
    ORDER BY reference LIMIT 2`,
};

/** Throws `Fault('database-unavailable')`. */
export function createCaseReferences(pool: pg.Pool, secrets: Pick<IdentifierSecrets, 'decrypt'>): CaseReferences {
  return {
    async of(unit, subject) {
      const rows = await query<{ row: string; ciphertext: Buffer }>(pool, referencesOf, [unit, subject]);
      return rows.map(({ row, ciphertext }) => secrets.decrypt(ciphertext, caseReferenceContext(unit, row)));
    },
  };
}
