import { type Kysely, sql } from 'kysely';

/**
 * The first whole. Append-only from here: later migrations add, they do not rewrite.
 * Privileges are not here but in `src/store/logins.ts`, applied after every migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Keys, instances and the versions that every commit checks.
  `CREATE TABLE key (
    id text PRIMARY KEY,
    use text NOT NULL,
    alg text NOT NULL,
    jwk jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz
  )`,
  `CREATE TABLE instance (
    id uuid PRIMARY KEY,
    key_id text NOT NULL REFERENCES key,
    started_at timestamptz NOT NULL
  )`,
  `CREATE TABLE registry_version (one boolean PRIMARY KEY DEFAULT true CHECK (one), version bigint NOT NULL)`,
  `INSERT INTO registry_version (version) VALUES (0)`,
  `CREATE TABLE active_policy_set (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    digest text NOT NULL,
    activated_at timestamptz NOT NULL
  )`,

  // Partners.
  `CREATE TABLE organisation (oin text PRIMARY KEY, name text NOT NULL)`,
  `CREATE TABLE unit (
    id text PRIMARY KEY,
    oin text NOT NULL REFERENCES organisation,
    name text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'suspended')),
    selector jsonb NOT NULL,
    connector jsonb,
    encryption_key jsonb
  )`,

  // Subjects. Identifiers are encrypted and found by keyed HMAC; keys stand outside the database.
  `CREATE TABLE subject (
    id uuid PRIMARY KEY,
    epoch bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE subject_identifier (
    scheme text NOT NULL CHECK (scheme IN ('bsn', 'skn')),
    lookup bytea NOT NULL,
    subject_id uuid NOT NULL REFERENCES subject,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (scheme, lookup)
  )`,
  `CREATE INDEX subject_identifier_subject ON subject_identifier (subject_id)`,
  `CREATE TABLE subject_pseudonym (
    unit_id text NOT NULL REFERENCES unit,
    subject_id uuid NOT NULL REFERENCES subject,
    pseudonym uuid NOT NULL UNIQUE,
    PRIMARY KEY (unit_id, subject_id)
  )`,
  `CREATE TABLE subject_case_reference (
    unit_id text NOT NULL REFERENCES unit,
    reference text NOT NULL,
    subject_id uuid NOT NULL REFERENCES subject,
    PRIMARY KEY (unit_id, reference)
  )`,
  `CREATE SCHEMA vault`,
  `CREATE TABLE vault.subject_key (
    subject_id uuid PRIMARY KEY,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL
  )`,

  // What policies rest on.
  `CREATE TABLE fact (
    id uuid PRIMARY KEY,
    subject_id uuid NOT NULL REFERENCES subject,
    type text NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz CHECK (until_at > from_at),
    attested_by text NOT NULL REFERENCES unit,
    unit_id text REFERENCES unit,
    state text NOT NULL CHECK (state IN ('attested', 'disputed', 'corrected', 'ended')),
    attributes jsonb NOT NULL
  )`,
  `CREATE INDEX fact_subject ON fact (subject_id)`,
  `CREATE TABLE consent (
    id uuid PRIMARY KEY,
    subject_id uuid REFERENCES subject,
    source text NOT NULL REFERENCES unit,
    recipient text NOT NULL REFERENCES unit,
    purpose text NOT NULL,
    categories text[] NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'given', 'refused', 'withdrawn', 'expired')),
    requested_by text NOT NULL REFERENCES unit,
    requested_at timestamptz NOT NULL,
    decided_at timestamptz,
    valid_until timestamptz NOT NULL,
    notice_version integer NOT NULL,
    language text NOT NULL,
    CHECK (state <> 'given' OR subject_id IS NOT NULL)
  )`,
  `CREATE INDEX consent_subject ON consent (subject_id, source, recipient)`,

  // Requests, and what partners are told.
  `CREATE TABLE request (
    id uuid PRIMARY KEY,
    trace text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('pull', 'push')),
    recipient text NOT NULL REFERENCES unit,
    source text NOT NULL,
    purpose text NOT NULL,
    subject_id uuid REFERENCES subject,
    fields text[] NOT NULL,
    state text NOT NULL CHECK (state IN ('received', 'permitted', 'refused', 'fetching', 'awaiting-source',
      'awaiting-approval', 'answered', 'partly-answered', 'declined', 'delivered', 'collected', 'withdrawn',
      'expired', 'failed')),
    decision jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    entry_id uuid NOT NULL
  )`,
  `CREATE INDEX request_subject ON request (subject_id, received_at DESC)`,
  `CREATE INDEX request_recipient ON request (recipient, received_at DESC)`,
  `CREATE INDEX request_source ON request (source, received_at DESC)`,
  `CREATE TABLE idempotency (
    unit_id text NOT NULL REFERENCES unit,
    key text NOT NULL,
    digest text NOT NULL,
    resource_type text NOT NULL,
    resource_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL,
    CONSTRAINT idempotency_claim PRIMARY KEY (unit_id, key)
  )`,
  `CREATE TABLE notice (
    id uuid PRIMARY KEY,
    recipient text NOT NULL REFERENCES unit,
    source text NOT NULL REFERENCES unit,
    purpose text NOT NULL,
    subject_id uuid NOT NULL REFERENCES subject,
    fields text[] NOT NULL,
    at timestamptz NOT NULL,
    entry_id uuid NOT NULL
  )`,
  `CREATE INDEX notice_subject ON notice (subject_id)`,
  `CREATE TABLE event (
    id uuid PRIMARY KEY,
    unit_id text NOT NULL REFERENCES unit,
    type text NOT NULL,
    time timestamptz NOT NULL,
    dataref text NOT NULL,
    -- Given when the feed is read, under the feed's lock: a number given at insert would commit out of order.
    sequence bigint,
    UNIQUE (unit_id, sequence)
  )`,
  `CREATE INDEX event_unnumbered ON event (unit_id) WHERE sequence IS NULL`,
  `CREATE TABLE event_feed (unit_id text PRIMARY KEY REFERENCES unit, last bigint NOT NULL)`,

  // Ledger.
  `CREATE TABLE ledger_flush (
    instance uuid NOT NULL REFERENCES instance,
    number bigint NOT NULL,
    first bigint NOT NULL,
    count integer NOT NULL CHECK (count > 0),
    root bytea NOT NULL,
    previous bytea NOT NULL,
    head bytea NOT NULL,
    key_id text NOT NULL REFERENCES key,
    signature bytea NOT NULL,
    PRIMARY KEY (instance, number)
  )`,
  `CREATE TABLE ledger_entry (
    id uuid PRIMARY KEY,
    instance uuid NOT NULL,
    sequence bigint NOT NULL,
    flush bigint NOT NULL,
    kind text NOT NULL,
    time timestamptz NOT NULL,
    purpose text,
    source text,
    recipient text,
    request_id uuid,
    leaf text NOT NULL,
    leaf_hash bytea NOT NULL,
    UNIQUE (instance, sequence),
    FOREIGN KEY (instance, flush) REFERENCES ledger_flush
  )`,
  `CREATE INDEX ledger_entry_request ON ledger_entry (request_id) WHERE request_id IS NOT NULL`,
  `CREATE INDEX ledger_entry_time ON ledger_entry (time DESC)`,
  `CREATE TABLE ledger_opening (
    entry_id uuid NOT NULL REFERENCES ledger_entry,
    name text NOT NULL,
    -- null: sealed under the dummy key of persons the gateway does not know.
    subject_id uuid,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (entry_id, name)
  )`,
  `CREATE INDEX ledger_opening_subject ON ledger_opening (subject_id)`,
  `CREATE TABLE ledger_pending (
    entry_id uuid PRIMARY KEY,
    instance uuid NOT NULL,
    sequence bigint NOT NULL,
    leaf_hash bytea NOT NULL
  )`,
  `CREATE TABLE ledger_tree (index bigint PRIMARY KEY, entry_id uuid NOT NULL UNIQUE, leaf_hash bytea NOT NULL)`,
  `CREATE TABLE ledger_node (
    level integer NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, index)
  )`,
  `CREATE TABLE ledger_checkpoint (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    note text NOT NULL,
    at timestamptz NOT NULL
  )`,
  `CREATE TABLE sequencer_lease (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    holder uuid,
    fence bigint NOT NULL,
    until timestamptz NOT NULL
  )`,
  `INSERT INTO sequencer_lease (fence, until) VALUES (0, 'epoch')`,

  // People who log in on pages.
  `CREATE TABLE officer (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    -- null: officer of the gateway itself, who sees every unit.
    unit_id text REFERENCES unit
  )`,
  `CREATE TABLE login_code (
    hash bytea PRIMARY KEY,
    officer_id uuid REFERENCES officer,
    subject_id uuid REFERENCES subject,
    expires_at timestamptz NOT NULL,
    CHECK ((officer_id IS NULL) <> (subject_id IS NULL))
  )`,
  `CREATE TABLE session (
    hash bytea PRIMARY KEY,
    officer_id uuid REFERENCES officer,
    subject_id uuid REFERENCES subject,
    form_token text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK ((officer_id IS NULL) <> (subject_id IS NULL))
  )`,
];
