import { type Kysely, sql } from 'kysely';

/**
 * Who closed a unit and why stands encrypted, until the closing is carried out, and in the openings of the ledger
 * from then on. What stands in clear goes; a closing that still waits would lose it, so that it is carried out first.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM partner_change WHERE carried_out_at IS NULL AND lapsed_at IS NULL
      AND change::jsonb ->> 'action' = 'suspend')
    THEN RAISE EXCEPTION 'a unit is being closed: let the gateway of before carry it out first, within seconds'; END IF;
  END $$`,
  `ALTER TABLE partner_change ADD COLUMN said bytea`,
  `UPDATE partner_change SET change = json_build_object('action', 'suspend', 'unit', change::jsonb ->> 'unit')::text,
    -- Over what stood there, and short enough to be guessed.
    digest = 'sha256:' || encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'hex')
    WHERE change::jsonb ->> 'action' = 'suspend'`,
];
