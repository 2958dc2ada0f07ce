import { type Kysely, sql } from 'kysely';

/** What is forgotten on record: leaves whose period ended, openings that were erased, whole persons; and what may not go yet. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE ledger_entry ALTER COLUMN leaf DROP NOT NULL`,
  // By kind, since each has a period of its own; and who looks for the oldest must not walk past those that went.
  `CREATE INDEX ledger_entry_kept ON ledger_entry (kind, time) WHERE leaf IS NOT NULL`,
  `ALTER TABLE ledger_opening ALTER COLUMN ciphertext DROP NOT NULL`,
  `ALTER TABLE ledger_opening
    -- SHA-256 of the ciphertext that was erased, so that the digest in its leaf can still be checked.
    ADD COLUMN digest bytea CHECK (octet_length(digest) = 32),
    ADD CHECK ((ciphertext IS NULL) = (digest IS NOT NULL)),
    ADD CHECK (ciphertext IS NOT NULL OR subject_id IS NULL)`,

  // Whoever owns a table could drop its triggers: these hold for the logins that may only forget.
  `CREATE FUNCTION owns_table(relation oid) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = relation $$`,
  `CREATE FUNCTION ledger_entry_forgets() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF owns_table(TG_RELID) THEN RETURN NEW; END IF;
    IF num_nonnulls(NEW.leaf, NEW.purpose, NEW.source, NEW.recipient, NEW.request_id) > 0
      OR (NEW.id, NEW.instance, NEW.sequence, NEW.flush, NEW.kind, NEW.time, NEW.leaf_hash)
        IS DISTINCT FROM (OLD.id, OLD.instance, OLD.sequence, OLD.flush, OLD.kind, OLD.time, OLD.leaf_hash)
    THEN RAISE EXCEPTION 'an entry of the ledger only forgets, whole'; END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER ledger_entry_forgets BEFORE UPDATE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_forgets()`,
  `CREATE FUNCTION ledger_opening_forgets() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF owns_table(TG_RELID) THEN RETURN NEW; END IF;
    IF NEW.ciphertext IS NOT NULL OR NEW.subject_id IS NOT NULL OR NEW.entry_id <> OLD.entry_id OR NEW.name <> OLD.name
      OR NEW.digest IS DISTINCT FROM coalesce(OLD.digest, sha256(OLD.ciphertext))
    THEN RAISE EXCEPTION 'an opening only leaves the digest of what was there'; END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER ledger_opening_forgets BEFORE UPDATE ON ledger_opening FOR EACH ROW EXECUTE FUNCTION ledger_opening_forgets()`,

  `ALTER TABLE subject
    -- Since when this person is being erased: nothing is written about them from then on.
    ADD COLUMN erasing_since timestamptz`,
  // Whichever gateway still holds the key of somebody who is erased: what it seals under it is not written. One look a
  // flush; a lock as a foreign key takes it, which waits for who erases and for nobody else.
  `CREATE FUNCTION ledger_opening_of_somebody() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    whom uuid[] := ARRAY(SELECT DISTINCT subject_id FROM written WHERE subject_id IS NOT NULL);
    there uuid[];
  BEGIN
    IF cardinality(whom) = 0 THEN RETURN NULL; END IF;
    there := ARRAY(SELECT id FROM subject WHERE id = ANY (whom) AND erasing_since IS NULL ORDER BY id FOR KEY SHARE);
    IF cardinality(there) < cardinality(whom) THEN
      RAISE EXCEPTION 'nothing is written about somebody who is erased' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER ledger_opening_of_somebody AFTER INSERT ON ledger_opening
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_opening_of_somebody()`,

  // Written with its entry, before anything goes; what it names goes after it, however often that is begun.
  `CREATE TABLE erasure (
    id uuid PRIMARY KEY,
    entry_id uuid NOT NULL UNIQUE,
    scope text NOT NULL CHECK (scope IN ('leaves', 'subject', 'value')),
    -- Under whose keys the person stands; empty once they are erased.
    subjects uuid[] NOT NULL DEFAULT '{}',
    -- SHA-256 of each of those random ids: finds them again in a backup, and nothing else.
    marks bytea[] NOT NULL DEFAULT '{}',
    -- Entries of before the gateway knew the person; empty once their openings are erased.
    before_known uuid[] NOT NULL DEFAULT '{}',
    opening_entry uuid,
    opening_name text,
    -- [{ instance, from, to }]: sequence numbers, inclusive.
    ranges jsonb,
    ordered_at timestamptz NOT NULL,
    done_at timestamptz,
    CHECK (scope <> 'subject' OR cardinality(marks) > 0),
    CHECK (scope <> 'subject' OR (done_at IS NULL) = (cardinality(subjects) > 0)),
    CHECK (scope = 'subject' AND done_at IS NULL OR cardinality(before_known) = 0),
    CHECK ((scope = 'value') = (num_nonnulls(opening_entry, opening_name) = 2)),
    CHECK ((scope = 'leaves') = (ranges IS NOT NULL))
  )`,
  `CREATE INDEX erasure_ordered ON erasure (ordered_at) WHERE done_at IS NULL`,
  // Two gateways that look at once find the same leaves: one of them orders.
  `CREATE UNIQUE INDEX erasure_of_leaves ON erasure (scope) WHERE scope = 'leaves' AND done_at IS NULL`,

  `CREATE TABLE legal_hold (
    id uuid PRIMARY KEY,
    subject_id uuid NOT NULL REFERENCES subject,
    -- Who placed it and why, encrypted.
    said bytea NOT NULL,
    placed_at timestamptz NOT NULL,
    placed_entry uuid NOT NULL,
    lifted_at timestamptz,
    lifted_entry uuid,
    CHECK ((lifted_at IS NULL) = (lifted_entry IS NULL))
  )`,
  `CREATE INDEX legal_hold_subject ON legal_hold (subject_id)`,
];
