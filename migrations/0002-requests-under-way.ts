import { type Kysely, sql } from 'kysely';

/** Finds the few requests that a gateway left in the middle among the many that ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX request_under_way ON request (moved_at) WHERE state = 'fetching'`.execute(db);
}
