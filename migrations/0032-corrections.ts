import { type Kysely, sql } from 'kysely';

/**
 * What sources corrected, and what each recipient must say about it. Whom it is about stands with the requests alone, so
 * that it follows them where two records turn out to be of one person, or one of two.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE correction (
    id uuid PRIMARY KEY,
    source text NOT NULL REFERENCES unit,
    kind text NOT NULL CHECK (kind IN ('rectified', 'erased', 'restricted', 'restriction-lifted')),
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    -- The correction that it passes on.
    corrects uuid REFERENCES correction ON DELETE SET NULL,
    made_at timestamptz NOT NULL,
    entry_id uuid NOT NULL,
    -- Requests by which its source was giving one of the fields then: who gets it after all is told when they have it.
    under_way uuid[] NOT NULL DEFAULT '{}'
  )`,
  'CREATE INDEX correction_corrects ON correction (corrects) WHERE corrects IS NOT NULL',
  'CREATE INDEX correction_made ON correction (made_at)',
  `CREATE INDEX correction_under_way ON correction (id) WHERE under_way <> '{}'`,
  `CREATE TABLE correction_notice (
    -- By which a list goes on where its page ends.
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    correction_id uuid NOT NULL REFERENCES correction ON DELETE CASCADE,
    recipient text NOT NULL REFERENCES unit,
    requests uuid[] NOT NULL CHECK (cardinality(requests) > 0),
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    -- Requests by which the recipient gave it on, as a source itself.
    given_on uuid[] NOT NULL,
    due_at timestamptz NOT NULL,
    -- When somebody must look again: a reminder or the end.
    look_at timestamptz,
    confirmed_at timestamptz,
    how text CHECK (how IN ('corrected', 'erased', 'restricted', 'lifted', 'not-held')),
    PRIMARY KEY (correction_id, recipient),
    CHECK ((confirmed_at IS NULL) = (how IS NULL)),
    CHECK (confirmed_at IS NULL OR look_at IS NULL)
  )`,
  'CREATE INDEX correction_notice_look ON correction_notice (look_at) WHERE look_at IS NOT NULL',
  'CREATE INDEX correction_notice_due ON correction_notice (due_at) WHERE confirmed_at IS NULL',
  'CREATE INDEX correction_notice_of ON correction_notice (recipient)',
  // Who is erased is found by their requests.
  'CREATE INDEX correction_notice_requests ON correction_notice USING gin (requests)',
];
