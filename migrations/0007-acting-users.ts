import { type Kysely, sql } from 'kysely';

/** How a unit is told apart and vouches for its people, and who those people were, apart from what they got. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE unit
    -- Public JWKs, several while one follows another.
    ADD COLUMN signing_keys jsonb NOT NULL DEFAULT '[]',
    -- Where the unit publishes its keys; null: nowhere.
    ADD COLUMN jwks text`,
  `UPDATE unit SET signing_keys = jsonb_build_array(signing_key) WHERE signing_key IS NOT NULL`,
  `ALTER TABLE unit DROP COLUMN signing_key`,
  `UPDATE unit SET selector = selector || '{"subOin": null}'`,
  `CREATE UNIQUE INDEX unit_sub_oin ON unit ((selector->>'subOin')) WHERE selector->>'subOin' IS NOT NULL`,

  `CREATE TABLE acting_user (
    unit_id text NOT NULL REFERENCES unit,
    -- SHA-256 of the token's jti, which is the partner's to choose and might say something.
    jti bytea NOT NULL,
    -- SHA-256 of the token as it was sent: by this and the trace an entry of the ledger finds it.
    token_hash bytea NOT NULL,
    trace text NOT NULL,
    -- SHA-256 of the call that the token was used for: the same call may come again, no other may.
    use_digest bytea NOT NULL,
    -- The token, encrypted.
    ciphertext bytea NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (unit_id, jti)
  )`,
  `CREATE INDEX acting_user_token ON acting_user (token_hash)`,
  `CREATE INDEX acting_user_used ON acting_user (used_at)`,

  // A claim keeps in which role somebody asked; who it was stands with the token.
  `ALTER TABLE involvement_claim ADD COLUMN user_role text`,
  `UPDATE involvement_claim SET user_role = on_behalf_of->>'role'`,
  `ALTER TABLE involvement_claim DROP COLUMN on_behalf_of`,

  // May this officer see who a partner's people were? Nobody may unless it was said.
  `ALTER TABLE officer ADD COLUMN sees_users boolean NOT NULL DEFAULT false`,
];
