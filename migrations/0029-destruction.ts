import { type Kysely, sql } from 'kysely';

/**
 * Until when a recipient may keep what it got, and how it destroyed it. What was given before gets its date at the first
 * look of a gateway: every disclosure is due for one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE request
    ADD COLUMN disclosed_at timestamptz,
    ADD COLUMN retention_began timestamptz,
    ADD COLUMN destroy_by timestamptz,
    -- Whether the source knows of the start as well: to a source that does not, no date is shown.
    ADD COLUMN source_knows boolean NOT NULL DEFAULT false,
    -- The earliest moment at which somebody must look again; null: only when a fact changes.
    ADD COLUMN duty_at timestamptz,
    -- Reminders up to this moment were told.
    ADD COLUMN reminded_at timestamptz,
    ADD COLUMN destroyed_how text CHECK (destroyed_how IN ('erased', 'shredded', 'returned')),
    ADD CONSTRAINT request_dated_once_begun CHECK ((retention_began IS NULL) = (destroy_by IS NULL)),
    ADD CONSTRAINT request_duty_of_what_was_given CHECK (disclosed_at IS NOT NULL OR (duty_at IS NULL AND destroy_by IS NULL)),
    ADD CONSTRAINT request_duty_until_destroyed CHECK (duty_at IS NULL OR destruction_confirmed_at IS NULL)`,
  `UPDATE request SET disclosed_at = moved_at,
      duty_at = CASE WHEN destruction_confirmed_at IS NULL THEN moved_at END
    WHERE state IN ('delivered', 'collected')`,
  `CREATE INDEX request_duty ON request (duty_at, id) WHERE duty_at IS NOT NULL`,
  `CREATE INDEX request_held ON request (recipient, disclosed_at) WHERE disclosed_at IS NOT NULL`,
  `CREATE INDEX request_given ON request (source, disclosed_at) WHERE disclosed_at IS NOT NULL`,
  `CREATE INDEX request_to_destroy ON request (destroy_by, id)
    WHERE destroy_by IS NOT NULL AND destruction_confirmed_at IS NULL`,
];
