import { type Kysely, sql } from 'kysely';

/** Facts that are corrected and disputed, claims of involvement, waivers and representatives, timers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE fact
    -- Of the case, conference or decision that the fact belongs to.
    ADD COLUMN reference text,
    -- The fact in whose place this one stands.
    ADD COLUMN corrects uuid REFERENCES fact,
    ADD COLUMN disputed_by text REFERENCES unit,
    ADD COLUMN disputed_at timestamptz,
    ADD COLUMN dispute_ground text,
    ADD CHECK (state <> 'disputed' OR disputed_by IS NOT NULL) NOT VALID`,
  `CREATE UNIQUE INDEX fact_corrects ON fact (corrects) WHERE corrects IS NOT NULL`,

  `ALTER TABLE consent
    ADD COLUMN kind text NOT NULL DEFAULT 'consent' CHECK (kind IN ('consent', 'waiver')),
    ADD COLUMN decided_by text CHECK (decided_by IN ('subject', 'representative'))`,
  // Until now only the subject's own page could decide.
  `UPDATE consent SET decided_by = 'subject' WHERE state IN ('given', 'refused')`,

  // Who decides for the subject behind this code and the sessions that it opens; null: the subject itself.
  `ALTER TABLE login_code ADD COLUMN representative text CHECK (representative IS NULL OR subject_id IS NOT NULL)`,
  `ALTER TABLE session ADD COLUMN representative text CHECK (representative IS NULL OR subject_id IS NOT NULL)`,

  `CREATE TABLE involvement_claim (
    id uuid PRIMARY KEY,
    claimant text NOT NULL REFERENCES unit,
    attester text NOT NULL REFERENCES unit,
    role text NOT NULL,
    -- null: the gateway knew no such person when the claim was filed; nobody can tell.
    subject_id uuid REFERENCES subject,
    justification text NOT NULL,
    on_behalf_of jsonb,
    state text NOT NULL CHECK (state IN ('received', 'confirmed', 'rejected')),
    received_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    CHECK (claimant <> attester),
    CHECK (state = 'received' OR subject_id IS NOT NULL)
  )`,
  `CREATE INDEX involvement_claim_received ON involvement_claim (received_at)`,

  `CREATE TABLE timer (
    id uuid PRIMARY KEY,
    -- A word of the catalogue: a timer, or a start of retention.
    word text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('reminder', 'due', 'retention')),
    subject_id uuid NOT NULL REFERENCES subject,
    fact_id uuid NOT NULL REFERENCES fact,
    at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'fired', 'cancelled')),
    moved_at timestamptz NOT NULL,
    CONSTRAINT timer_once UNIQUE (fact_id, word, kind, at)
  )`,
  `CREATE INDEX timer_waiting ON timer (at) WHERE state = 'waiting'`,
  `CREATE INDEX timer_subject ON timer (subject_id)`,
];
