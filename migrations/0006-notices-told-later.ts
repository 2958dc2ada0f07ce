import { type Kysely, sql } from 'kysely';

/** A notice under a purpose that tells the subject later is shown to it later too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // ISO 8601; null: at once. Those that are there already do not say, and wait as long as any may.
  `ALTER TABLE notice ADD COLUMN inform_after text DEFAULT 'P30D'`,
  `ALTER TABLE notice ALTER COLUMN inform_after DROP DEFAULT`,
];
