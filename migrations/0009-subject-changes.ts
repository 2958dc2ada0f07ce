import { type Kysely, sql } from 'kysely';

/** Numbers that are corrected, and people who turn out to be one, or to be two. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Who this record went up in; never a chain: what went up in this one before is told to follow.
  `ALTER TABLE subject ADD COLUMN merged_into uuid REFERENCES subject CHECK (merged_into <> id)`,
  `CREATE INDEX subject_merged_into ON subject (merged_into) WHERE merged_into IS NOT NULL`,

  // A unit may have several for one person: the oldest is the one that it is shown.
  `ALTER TABLE subject_pseudonym DROP CONSTRAINT subject_pseudonym_pkey`,
  `ALTER TABLE subject_pseudonym
    ADD COLUMN given_at timestamptz NOT NULL DEFAULT now(),
    -- For whom it was made, so that two who make one at once make one; null: taken along by another record.
    ADD COLUMN made_for uuid REFERENCES subject,
    ADD PRIMARY KEY (pseudonym),
    ADD CONSTRAINT subject_pseudonym_made UNIQUE (unit_id, made_for)`,
  `UPDATE subject_pseudonym p SET made_for = p.subject_id, given_at = s.created_at FROM subject s
    WHERE s.id = p.subject_id`,
  `CREATE INDEX subject_pseudonym_subject ON subject_pseudonym (subject_id, unit_id)`,
  `CREATE INDEX subject_case_reference_subject ON subject_case_reference (subject_id)`,
  `CREATE INDEX involvement_claim_subject ON involvement_claim (subject_id) WHERE subject_id IS NOT NULL`,
  `CREATE INDEX session_subject ON session (subject_id) WHERE subject_id IS NOT NULL`,
  `CREATE INDEX login_code_subject ON login_code (subject_id) WHERE subject_id IS NOT NULL`,

  `CREATE TABLE subject_change (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('identifier-corrected', 'merged', 'split')),
    -- Whose record stays.
    subject_id uuid NOT NULL REFERENCES subject,
    -- Whose record went up in it, or came out of it.
    other_id uuid REFERENCES subject,
    -- Which numbers went along with the other, and which were withdrawn.
    moved_numbers text[] NOT NULL DEFAULT '{}',
    withdrawn_numbers text[] NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL,
    entry_id uuid NOT NULL,
    -- The joining that this takes back, once.
    takes_back uuid UNIQUE REFERENCES subject_change,
    CHECK ((other_id IS NULL) = (kind = 'identifier-corrected')),
    CHECK (takes_back IS NULL OR kind = 'split')
  )`,
  `CREATE INDEX subject_change_subject ON subject_change (subject_id)`,
  // Exactly what moved, so that exactly that can be moved back.
  `CREATE TABLE subject_change_moved (
    change_id uuid NOT NULL REFERENCES subject_change,
    what text NOT NULL,
    row_id text NOT NULL,
    PRIMARY KEY (change_id, what, row_id)
  )`,
  `CREATE TABLE subject_change_told (
    change_id uuid NOT NULL REFERENCES subject_change,
    unit_id text NOT NULL REFERENCES unit,
    -- The unit's own pseudonyms for whom it concerns, as it was shown them until then.
    before uuid[] NOT NULL,
    -- Whom it knows since.
    persons uuid[] NOT NULL,
    PRIMARY KEY (change_id, unit_id)
  )`,
];
