import { type Kysely, sql } from 'kysely';

/** Policy sets on record: their files, who approves them, what was activated, and which source accepted what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Until now nobody approved it and its files are not on record: it must be activated as any other.
  `DELETE FROM active_policy_set`,

  `CREATE TABLE policy_set (digest text PRIMARY KEY, recorded_at timestamptz NOT NULL)`,
  `CREATE TABLE policy_set_file (
    set_digest text NOT NULL REFERENCES policy_set,
    name text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (set_digest, name)
  )`,
  `ALTER TABLE active_policy_set ADD FOREIGN KEY (digest) REFERENCES policy_set`,

  `CREATE TABLE policy_approver (
    -- RFC 7638, of the public key: nobody registers the key of somebody else.
    thumbprint text PRIMARY KEY,
    name text NOT NULL,
    -- How names are compared: two spellings of a name are one person.
    person text NOT NULL,
    jwk jsonb NOT NULL,
    added_at timestamptz NOT NULL,
    revoked_at timestamptz
  )`,
  `CREATE UNIQUE INDEX policy_approver_in_force ON policy_approver (person) WHERE revoked_at IS NULL`,

  `CREATE TABLE policy_change (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    action text NOT NULL CHECK (action IN ('activate', 'rollback')),
    set_digest text NOT NULL REFERENCES policy_set,
    -- As it was signed; null: at once.
    from_at timestamptz,
    previous text REFERENCES policy_set,
    starts_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    carried_out_at timestamptz,
    entry_id uuid,
    lapsed_at timestamptz,
    lapsed_why text,
    withdrawn_at timestamptz CHECK (withdrawn_at IS NULL OR carried_out_at IS NOT NULL),
    CHECK (carried_out_at IS NULL OR lapsed_at IS NULL),
    CHECK ((carried_out_at IS NULL) = (entry_id IS NULL))
  )`,
  // Two that wait at the same time would race.
  `CREATE UNIQUE INDEX policy_change_planned ON policy_change (action) WHERE carried_out_at IS NULL AND lapsed_at IS NULL`,
  `CREATE TABLE policy_approval (
    -- The same for the same approval however it is spelt: each is used once, for ever.
    mark text PRIMARY KEY,
    change_id uuid NOT NULL REFERENCES policy_change,
    approver text NOT NULL,
    thumbprint text NOT NULL REFERENCES policy_approver,
    signature text NOT NULL
  )`,
  `CREATE INDEX policy_approval_change ON policy_approval (change_id)`,

  `ALTER TABLE unit ADD COLUMN signing_key jsonb`,
  `CREATE TABLE policy_acceptance (
    unit_id text NOT NULL REFERENCES unit,
    set_digest text NOT NULL REFERENCES policy_set,
    signature text NOT NULL,
    accepted_at timestamptz NOT NULL,
    entry_id uuid NOT NULL,
    PRIMARY KEY (unit_id, set_digest)
  )`,
];
