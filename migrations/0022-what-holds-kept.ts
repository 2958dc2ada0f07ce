import { type Kysely, sql } from 'kysely';

/** A hold that comes between an order and its carrying out keeps leaves; what their order counted is not counted again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE erasure
    -- Openings, as entry/name, that its entry counts among those that went with their leaves, and that a hold kept.
    ADD COLUMN kept text[] NOT NULL DEFAULT '{}'`,
  `CREATE INDEX erasure_kept ON erasure (id) WHERE cardinality(kept) > 0`,
];
