import { type Kysely, sql } from 'kysely';

/** What is looked up among everything that was ever given: which fields a source gave, and what a person will soon see. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE INDEX request_gave ON request USING gin ((decision -> 'permitted')) WHERE disclosed_at IS NOT NULL`,
  // What nobody looked at comes first: in any other order each page would sort all that is due.
  'DROP INDEX request_informing_look',
  `CREATE INDEX request_informing_look ON request (informing_look_at NULLS FIRST, id) WHERE disclosed_at IS NOT NULL
    AND (decision ->> 'informAfter') IS NOT NULL AND informing_look_at IS DISTINCT FROM 'infinity'`,
];
