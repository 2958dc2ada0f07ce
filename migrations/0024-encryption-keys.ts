import { type Kysely, sql } from 'kysely';

/** Several encryption keys of a unit, with its own proofs; and the keys of its certificates, which may not be one of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The newest first. NULL: it never had one; none left: everything must be sealed to it, and nothing can be.
  `ALTER TABLE unit ADD COLUMN encryption_keys jsonb CHECK (jsonb_typeof(encryption_keys) = 'array')`,
  `UPDATE unit SET encryption_keys = jsonb_build_array(jsonb_build_object('jwk', encryption_key, 'proof', NULL))
    WHERE encryption_key IS NOT NULL`,
  `ALTER TABLE unit DROP COLUMN encryption_key`,
  // RFC 7638 thumbprint.
  `ALTER TABLE seen_certificate ADD COLUMN key text`,
  // What was approved names a member that is gone: it is approved anew.
  `UPDATE partner_change SET lapsed_at = now(), lapsed_why = 'form-replaced', said = NULL
    WHERE carried_out_at IS NULL AND lapsed_at IS NULL AND change LIKE '%"encryptionKey"%'`,
];
