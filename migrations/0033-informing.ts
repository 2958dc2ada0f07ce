import { type Kysely, sql } from 'kysely';

/** Decisions that a person is told later of what was given about them; they go with the request. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE informing_delay (
    entry_id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    ground text NOT NULL,
    -- Whether the person reads, once it shows, that it was put off and why.
    tell_why boolean NOT NULL,
    decider_role text NOT NULL,
    decided_at timestamptz NOT NULL,
    review_at timestamptz NOT NULL
  )`,
  'CREATE INDEX informing_delay_of ON informing_delay (request_id, decided_at)',
  // What a rule delays is little of all that was ever given.
  `CREATE INDEX request_told_later ON request (source, disclosed_at)
    WHERE disclosed_at IS NOT NULL AND (decision ->> 'informAfter') IS NOT NULL`,
];
