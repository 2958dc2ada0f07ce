import { type Kysely, sql } from 'kysely';

/**
 * Whoever destroyed what it got is told of a correction as well, for what it gave on outside the gateway; and who of a
 * recipient got an answer is known of each, not of the first alone. Sources are reminded of what persons ask of them, and of
 * what a person will see.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Whether the recipient had said that it destroyed all that it got of these fields; nobody who was told before had.
  'ALTER TABLE correction_notice ADD COLUMN destroyed boolean NOT NULL DEFAULT false',
  // Keyed hashes that tell whether two people of one request are the same, as `asker` is one.
  `ALTER TABLE request ADD COLUMN takers text[] NOT NULL DEFAULT '{}'`,
  // In which stands why: the person reads it on their own page.
  'ALTER TABLE rights_request ADD COLUMN decision_entry uuid',
  `UPDATE rights_request r SET decision_entry = e.id FROM ledger_entry e
    WHERE r.state <> 'open' AND e.request_id = r.request_id AND e.kind = 'rights-request' AND e.leaf IS NOT NULL
      AND e.leaf::jsonb #>> '{body,rights}' = r.id::text AND e.leaf::jsonb #>> '{body,step}' = r.state`,
  // When its source must be reminded, or told that its time is over.
  'ALTER TABLE rights_request ADD COLUMN look_at timestamptz, ADD COLUMN reminded_at timestamptz',
  `UPDATE rights_request SET look_at = due_at WHERE state = 'open'`,
  // By which correction its source did what it upheld; until then it is reminded of that.
  `ALTER TABLE rights_request ADD COLUMN carried_out_at timestamptz,
    ADD COLUMN carried_out_as text CHECK (carried_out_as IN ('rectified', 'erased', 'restricted'))`,
  `UPDATE rights_request r SET carried_out_at = c.made_at, carried_out_as = c.kind
    FROM ledger_entry e JOIN correction c ON c.entry_id = e.id
    WHERE r.state = 'upheld' AND c.kind <> 'restriction-lifted' AND e.kind = 'correction-made' AND e.leaf IS NOT NULL
      AND e.leaf::jsonb #>> '{body,rights}' = r.id::text`,
  `UPDATE rights_request SET look_at = due_at WHERE state = 'upheld' AND carried_out_at IS NULL`,
  'ALTER TABLE rights_request ADD CHECK ((carried_out_at IS NULL) = (carried_out_as IS NULL))',
  `ALTER TABLE rights_request ADD CHECK (carried_out_at IS NULL OR state = 'upheld')`,
  `ALTER TABLE rights_request ADD CHECK (look_at IS NULL OR (state <> 'dismissed' AND carried_out_at IS NULL))`,
  'CREATE INDEX rights_request_look ON rights_request (look_at) WHERE look_at IS NOT NULL',
  // By which terms everybody's deadlines and duties were reckoned since the set came in force, and under the set right before.
  'ALTER TABLE active_policy_set ADD COLUMN reckoned text, ADD COLUMN reckoned_before text',
  // When its source must be told that the person will see what it gave, or sees it now. null: to be looked at; infinity: over.
  'ALTER TABLE request ADD COLUMN informing_look_at timestamptz, ADD COLUMN informing_reminded_at timestamptz',
  // What shows already is told to nobody any more.
  `UPDATE request r SET informing_look_at = 'infinity'
    WHERE disclosed_at IS NOT NULL AND (decision ->> 'informAfter') IS NOT NULL AND coalesce(
      (SELECT d.review_at FROM informing_delay d WHERE d.request_id = r.id ORDER BY d.decided_at DESC LIMIT 1),
      disclosed_at + (decision ->> 'informAfter')::interval) <= now()`,
  `CREATE INDEX request_informing_look ON request (informing_look_at) WHERE disclosed_at IS NOT NULL
    AND (decision ->> 'informAfter') IS NOT NULL AND informing_look_at IS DISTINCT FROM 'infinity'`,
];
