import { type Kysely, sql } from 'kysely';

/**
 * Events are told to addresses that units subscribe. Which hosts a unit may name stands with the unit, so that two
 * people agreed to it; `delivery` is the outbox: one row for each subscription that an event is for.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE unit ADD COLUMN webhooks jsonb NOT NULL DEFAULT '[]'`,
  // Ten places a unit, so that the limit holds whoever subscribes at the same moment.
  `CREATE TABLE subscription (
    id uuid PRIMARY KEY,
    unit_id text NOT NULL REFERENCES unit,
    place smallint NOT NULL CHECK (place BETWEEN 1 AND 10),
    url text NOT NULL,
    types text[] NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    entry_id uuid NOT NULL
  )`,
  'CREATE UNIQUE INDEX subscription_place ON subscription (unit_id, place) WHERE ended_at IS NULL',
  `CREATE TABLE delivery (
    event_id uuid NOT NULL REFERENCES event ON DELETE CASCADE,
    subscription_id uuid NOT NULL REFERENCES subscription ON DELETE CASCADE,
    position bigint GENERATED ALWAYS AS IDENTITY,
    order_key text,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'parked')),
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    first_at timestamptz,
    next_at timestamptz NOT NULL DEFAULT now(),
    problem text,
    PRIMARY KEY (event_id, subscription_id)
  )`,
  'CREATE INDEX delivery_of ON delivery (subscription_id, position)',
  `CREATE INDEX delivery_due ON delivery (subscription_id, next_at, position) WHERE state = 'waiting'`,
  `CREATE INDEX delivery_order ON delivery (subscription_id, order_key, position) WHERE state <> 'delivered'`,
];
