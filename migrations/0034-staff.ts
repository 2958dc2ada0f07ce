import { type Kysely, sql } from 'kysely';

/**
 * People of a unit who decide at the gateway's own pages. Whether a unit lets them stands with the unit, so that two people
 * agreed to it; who they are stands in an account that is made with each code, like that of an officer.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const oneHolder = 'CHECK (num_nonnulls(officer_id, subject_id, staff_id) = 1)';

const statements = [
  'ALTER TABLE unit ADD COLUMN staff boolean NOT NULL DEFAULT false',
  // `number`: by which the unit itself knows them, as the tokens of its own systems say it.
  `CREATE TABLE staff (
    id uuid PRIMARY KEY,
    unit_id text NOT NULL REFERENCES unit,
    number text NOT NULL,
    role text NOT NULL,
    name text NOT NULL
  )`,
  ...['login_code', 'session'].flatMap((table) => [
    `ALTER TABLE ${table} ADD COLUMN staff_id uuid REFERENCES staff`,
    `ALTER TABLE ${table} DROP CONSTRAINT ${table}_check`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${table}_holder ${oneHolder}`,
  ]),
];
