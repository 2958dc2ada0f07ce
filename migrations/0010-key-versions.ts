import { type Kysely, sql } from 'kysely';

/** Which keys of the gateway there were, who holds which of them now, and under which a number is looked up. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE key_version (
    use text NOT NULL,
    -- Thumbprint of a signing key; of a secret, digits that tell it apart and nothing more.
    id text NOT NULL,
    known_at timestamptz NOT NULL,
    -- null: coming; every gateway reads with it, and none writes.
    activated_at timestamptz,
    retired_at timestamptz,
    -- Of its coming into use; null for the keys that a gateway began with.
    entry_id uuid,
    PRIMARY KEY (use, id)
  )`,
  // Keys are replaced when every gateway that lives has taken the new one up: here each says which it has.
  `CREATE TABLE key_holder (
    instance uuid PRIMARY KEY,
    keys jsonb NOT NULL,
    seen_at timestamptz NOT NULL
  )`,
  // null: the key that there was before this column.
  `ALTER TABLE subject_identifier ADD COLUMN lookup_key text`,
];
