import { type Kysely, sql } from 'kysely';

/**
 * What a source answers through its inbox waits for its recipient, sealed to the recipient's own key; what the two say to
 * each other meanwhile is encrypted. Neither outlives what it waits for, whoever ends that.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // `given_at`: since when it may be given again for a while; null until its recipient collects it.
  `CREATE TABLE answer (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    category text,
    fields text[] NOT NULL,
    jwe text NOT NULL,
    digest text NOT NULL,
    received_at timestamptz NOT NULL,
    given_at timestamptz,
    entry_id uuid NOT NULL
  )`,
  'CREATE INDEX answer_of ON answer (request_id, received_at, id)',
  'CREATE INDEX answer_given ON answer (given_at) WHERE given_at IS NOT NULL',
  `CREATE TABLE request_message (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES request ON DELETE CASCADE,
    said bytea NOT NULL,
    at timestamptz NOT NULL,
    entry_id uuid NOT NULL
  )`,
  'CREATE INDEX request_message_of ON request_message (request_id, at, id)',
  'CREATE INDEX request_message_at ON request_message (at)',
  // INVARIANT: whatever ends a request takes with it, in the same transaction, what waited for its recipient.
  `CREATE FUNCTION request_lets_go() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    -- Nothing is kept in any other state, and what a source is asked over HTTPS does not pay for looking.
    IF OLD.state NOT IN ('awaiting-approval', 'awaiting-source', 'partly-answered', 'answered', 'delivered') THEN
      RETURN NULL;
    END IF;
    -- What was said goes with the last state in which its source is waited for, whatever comes after.
    IF NEW.state NOT IN ('awaiting-approval', 'awaiting-source', 'partly-answered') THEN
      DELETE FROM request_message WHERE request_id = NEW.id;
    END IF;
    IF NEW.state IN ('withdrawn', 'expired', 'declined', 'refused', 'failed', 'collected') THEN
      DELETE FROM answer WHERE request_id = NEW.id;
    ELSIF NEW.state = 'delivered' THEN
      -- by this clock at the latest: a gateway whose own is ahead would leave it to be given for as long
      UPDATE answer SET given_at = least(NEW.moved_at, now()) WHERE request_id = NEW.id;
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER request_lets_go AFTER UPDATE OF state ON request
    FOR EACH ROW EXECUTE FUNCTION request_lets_go()`,
];
