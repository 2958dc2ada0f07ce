import { type Kysely, sql } from 'kysely';

/** What is counted of who asks how much, and what officers must look at. Nothing here names a person in clear. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The shape that rate-limiter-flexible reads and writes. Rows change all the time and in place.
  `CREATE TABLE limit_counter (
    key text PRIMARY KEY,
    points integer NOT NULL DEFAULT 0,
    -- milliseconds since 1970; null never occurs, since every counter has a window
    expire bigint
  ) WITH (fillfactor = 50)`,

  // Whom a holder was counted for in its present window: keyed hashes of both.
  `CREATE TABLE limit_subject (
    holder text NOT NULL,
    subject text NOT NULL,
    expire bigint NOT NULL,
    PRIMARY KEY (holder, subject)
  )`,
  'CREATE INDEX limit_subject_expire ON limit_subject (expire)',

  `CREATE TABLE alert (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    unit_id text REFERENCES unit (id),
    mark text NOT NULL,
    at timestamptz NOT NULL,
    detail jsonb NOT NULL,
    seen_at timestamptz,
    seen_by uuid,
    CONSTRAINT alert_once UNIQUE NULLS NOT DISTINCT (kind, unit_id, mark),
    CONSTRAINT alert_seen CHECK ((seen_at IS NULL) = (seen_by IS NULL))
  )`,
  'CREATE INDEX alert_at ON alert (at DESC, id DESC)',
];
