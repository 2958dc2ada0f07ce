import { type Kysely, sql } from 'kysely';

/**
 * Plain hashes of what could be guessed go; from now on such marks are keyed. No key is at hand here, so that nothing
 * can be marked anew: a request that waits for approval can be approved by nobody and is asked again, and a call or a
 * token of the last minutes is not recognised as the same.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `UPDATE request SET asker = NULL,
    approvals = CASE WHEN state = 'awaiting-approval' THEN '[]' ELSE (
      -- Each was of another person: that is all that is still asked of them.
      SELECT coalesce(jsonb_agg(jsonb_set(one, '{by}', to_jsonb(gen_random_uuid()::text))), '[]')
      FROM jsonb_array_elements(approvals) AS one
    ) END
    WHERE asker IS NOT NULL OR approvals <> '[]'`,
  `DELETE FROM idempotency`,
  `UPDATE acting_user SET use_digest = sha256(convert_to(gen_random_uuid()::text, 'UTF8'))`,
];
