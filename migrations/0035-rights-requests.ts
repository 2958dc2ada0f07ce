import { type Kysely, sql } from 'kysely';

/** What persons ask about what was given about them; it goes with the request, and in the person's own words stands nowhere here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE rights_request (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    source text NOT NULL REFERENCES unit,
    field text NOT NULL,
    wish text NOT NULL CHECK (wish IN ('correct', 'erase', 'restrict', 'object')),
    made_by text NOT NULL CHECK (made_by IN ('subject', 'representative')),
    made_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    entry_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'upheld', 'dismissed')),
    decided_at timestamptz,
    CHECK ((state = 'open') = (decided_at IS NULL))
  )`,
  `CREATE UNIQUE INDEX rights_request_once ON rights_request (request_id, field, wish) WHERE state = 'open'`,
  'CREATE INDEX rights_request_source ON rights_request (source, due_at)',
];
