import { type Kysely, sql } from 'kysely';

/**
 * The vault is a database of its own: what it loses is lost, and its backups are kept for days where
 * those of the ledger are kept for years. Append-only, as the other migrations are.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE SCHEMA vault`,
  `CREATE TABLE vault.subject_key (
    subject_id uuid PRIMARY KEY,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  // For keys that nobody came to have.
  `CREATE INDEX subject_key_created ON vault.subject_key (created_at, subject_id)`,
  // Whose keys these are: as in vault_link, in the ledger's database.
  `CREATE TABLE vault.ledger (one boolean PRIMARY KEY DEFAULT true CHECK (one), id uuid NOT NULL)`,
];
