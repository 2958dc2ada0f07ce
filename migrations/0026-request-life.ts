import { type Kysely, sql } from 'kysely';

/** How long a request may wait, when somebody must look at it next, and why it was stopped. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // `policy_set`: under which it was looked at last; what waits under another is looked at again.
  `ALTER TABLE request
    ADD COLUMN due_at timestamptz,
    ADD COLUMN wakes_at timestamptz,
    ADD COLUMN reminded smallint NOT NULL DEFAULT 0,
    ADD COLUMN policy_set text,
    ADD COLUMN stopped_for text
      CHECK (stopped_for IN ('consent', 'facts', 'restriction', 'policy', 'party', 'person'))`,
  // One probe finds that nothing is due, however many wait.
  `CREATE INDEX request_wakes ON request (wakes_at) WHERE wakes_at IS NOT NULL`,
  `CREATE INDEX request_waits ON request (source) WHERE state IN ('permitted', 'awaiting-source',
    'awaiting-approval', 'answered', 'partly-answered')`,
  // What waits already gets its deadline at its first look. Sets no state, so that no step is taken.
  `UPDATE request SET wakes_at = now() WHERE state IN ('permitted', 'awaiting-source', 'awaiting-approval',
    'answered', 'partly-answered')`,
];
