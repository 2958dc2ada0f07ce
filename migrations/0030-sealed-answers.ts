import { type Kysely, sql } from 'kysely';

/** An answer that its source sealed itself waits with the permit by which it did: without that nobody can check it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE answer ADD COLUMN permit text').execute(db);
}
