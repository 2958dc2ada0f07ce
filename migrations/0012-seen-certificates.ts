import { type Kysely, sql } from 'kysely';

/** Certificates with which units came in, so that their end is foreseen. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE seen_certificate (
    -- SHA-256 over the DER certificate, lower-case hexadecimal.
    thumbprint text NOT NULL,
    unit_id text NOT NULL REFERENCES unit,
    oin text NOT NULL,
    not_after timestamptz NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    -- The smallest number of days before its end of which the unit was told; null: it was told of none.
    told_days smallint,
    PRIMARY KEY (thumbprint, unit_id)
  )`,
  `CREATE INDEX seen_certificate_ends ON seen_certificate (not_after)`,
  `CREATE INDEX seen_certificate_seen ON seen_certificate (last_seen)`,
];
