import { type Kysely, sql } from 'kysely';

/**
 * The keys of subjects move to a database of their own; `src/store/vault` takes along those that stand
 * here. The id is known to both, so that neither is taken for another one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE vault_link (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        linked boolean NOT NULL DEFAULT false
      )`,
    )
    .execute(db);
  await sql.raw(`INSERT INTO vault_link DEFAULT VALUES`).execute(db);
}
