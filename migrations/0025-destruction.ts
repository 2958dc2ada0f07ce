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
  // Also where nobody reckoned a date, as a gateway of an earlier version would not: what was given is looked at.
  `CREATE FUNCTION request_is_held() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.disclosed_at := NEW.moved_at; NEW.duty_at := NEW.moved_at; RETURN NEW; END $$`,
  `CREATE TRIGGER request_held BEFORE INSERT OR UPDATE OF state ON request FOR EACH ROW
    WHEN (NEW.state IN ('delivered', 'collected') AND NEW.disclosed_at IS NULL) EXECUTE FUNCTION request_is_held()`,
  `ALTER TABLE request
    ADD CONSTRAINT request_held_once_given CHECK (state NOT IN ('delivered', 'collected') OR disclosed_at IS NOT NULL)`,
  `CREATE INDEX request_duty ON request (duty_at, id) WHERE duty_at IS NOT NULL`,
  `CREATE INDEX request_held ON request (recipient, disclosed_at) WHERE disclosed_at IS NOT NULL`,
  `CREATE INDEX request_given ON request (source, disclosed_at) WHERE disclosed_at IS NOT NULL`,
  `CREATE INDEX request_to_destroy ON request (destroy_by, id)
    WHERE destroy_by IS NOT NULL AND destruction_confirmed_at IS NULL`,
];
