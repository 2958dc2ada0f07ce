import { type Kysely, sql } from 'kysely';

/** What a request keeps of who asked, who approved, and whether what it gave was destroyed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE request
    -- Role of the user for whom was asked: it is decided again with the same one. null: not on record.
    ADD COLUMN user_role text,
    -- Hash of the request and that user's id, so that nobody approves what was asked for them.
    ADD COLUMN asker text,
    -- [{ by, role }]: hash of the request and the approver's id; names stand in the ledger alone.
    ADD COLUMN approvals jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN destruction_confirmed_at timestamptz`,
];
