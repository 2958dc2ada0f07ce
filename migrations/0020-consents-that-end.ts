import { type Kysely, sql } from 'kysely';

/** Finds the consents whose validity has ended without reading those that are over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [`CREATE INDEX consent_ends ON consent (valid_until, id) WHERE state IN ('requested', 'given')`];
