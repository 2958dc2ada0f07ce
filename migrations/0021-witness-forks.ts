import { type Kysely, sql } from 'kysely';

/** Whoever shows checkpoints next must know of it, also while the witness that saw it is silent. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Names of witnesses that saw another history of this ledger and have not cosigned since.
  `ALTER TABLE witness_turn ADD COLUMN forked text[] NOT NULL DEFAULT '{}'`,
];
