import { type Kysely, sql } from 'kysely';

/** Who elsewhere saw a checkpoint, and which authority dated it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE ledger_checkpoint
    -- Whether as many witnesses cosigned the note as the policy of that moment asks: none, where there are none.
    ADD COLUMN witnessed boolean NOT NULL DEFAULT false,
    ADD COLUMN witnessed_at timestamptz,
    -- RFC 3161 over the SHA-256 of the signed text of the note; DER.
    ADD COLUMN timestamp_token bytea,
    -- The time in the token.
    ADD COLUMN timestamped_at timestamptz,
    ADD CONSTRAINT ledger_checkpoint_witnessed CHECK (witnessed = (witnessed_at IS NOT NULL)),
    ADD CONSTRAINT ledger_checkpoint_timestamped CHECK ((timestamp_token IS NULL) = (timestamped_at IS NULL))`,
  // Until now there were no witnesses to wait for.
  `UPDATE ledger_checkpoint SET witnessed = true, witnessed_at = at`,
  `CREATE INDEX ledger_checkpoint_witnessed_size ON ledger_checkpoint (size) WHERE witnessed`,
  `CREATE INDEX ledger_checkpoint_timestamped_size ON ledger_checkpoint (size) WHERE timestamp_token IS NOT NULL`,

  // One gateway at a time shows checkpoints to witnesses, so that they all cosign the same one.
  `CREATE TABLE witness_turn (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    holder uuid,
    until timestamptz NOT NULL
  )`,
  `INSERT INTO witness_turn (until) VALUES ('epoch')`,
];
