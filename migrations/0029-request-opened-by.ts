import { type Kysely, sql } from 'kysely';

/**
 * Which ledger entry opened a request: in its openings stand the reason and the reference as they were said, for whoever
 * approves. They are kept there alone, and go there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'ALTER TABLE request ADD COLUMN opened_by uuid',
  // The first decision on record. Where its period is over there is none, and nobody approves such a request any more.
  `UPDATE request SET opened_by = first.id FROM (
      SELECT DISTINCT ON (request_id) request_id, id FROM ledger_entry
      WHERE request_id IS NOT NULL AND kind IN ('permit', 'refusal')
      ORDER BY request_id, time, sequence
    ) AS first WHERE first.request_id = request.id`,
  // A source reads what waits for it in the order in which it ends.
  `CREATE INDEX request_inbox ON request (source, coalesce(due_at, received_at), id)
    WHERE state IN ('awaiting-approval', 'awaiting-source', 'partly-answered')`,
];
