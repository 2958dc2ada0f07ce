import { type Kysely, sql } from 'kysely';

/**
 * What partners write in their own words, and the names beside logins, stand encrypted or as a keyed hash. What stood
 * there in clear goes, since no key is at hand here: grounds and justifications are in the openings of the ledger, a
 * reference is given again, and who represents somebody comes in with a new code.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE fact DROP COLUMN reference, DROP COLUMN dispute_ground`,
  `ALTER TABLE fact ADD COLUMN reference bytea, ADD COLUMN dispute_ground bytea`,
  `ALTER TABLE involvement_claim DROP COLUMN justification`,
  `ALTER TABLE involvement_claim ADD COLUMN justification bytea`,

  `DELETE FROM subject_case_reference`,
  `ALTER TABLE subject_case_reference
    -- Keyed hash of the reference, under which it is found.
    ADD COLUMN lookup bytea NOT NULL,
    ADD COLUMN lookup_key text NOT NULL,
    -- The reference itself, to be hashed anew when the key is replaced. What \`reference\` holds is made up.
    ADD COLUMN ciphertext bytea NOT NULL,
    ADD CONSTRAINT subject_case_reference_lookup UNIQUE (unit_id, lookup)`,

  `DELETE FROM session WHERE representative IS NOT NULL`,
  `DELETE FROM login_code WHERE representative IS NOT NULL`,

  // As \`keptKey\` makes them.
  `UPDATE idempotency SET key =
    translate(encode(sha256(convert_to(unit_id || E'\\n' || key, 'UTF8')), 'base64'), '+/=', '-_')`,
];
