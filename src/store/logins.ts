import pg from 'pg';
import {
  type Privilege,
  type Privileges,
  privileges,
  type RestrictedLogin,
  restrictedLogins,
  vaultPrivileges,
} from './privileges.ts';
import { scramVerifier } from './scram.ts';

/**
 * One URL for each login: owner for migrations, serve for the gateway, sequencer and eraser for their
 * task alone; and for those who may come into the vault, a database of its own with the keys of subjects.
 */
export interface DatabaseUrls {
  readonly owner: string;
  readonly serve: string;
  readonly sequencer: string;
  readonly eraser: string;
  readonly vaultOwner: string;
  /** The login serve, in the vault. */
  readonly vault: string;
  readonly vaultEraser: string;
}

export interface Login {
  readonly role: string;
  readonly password: string;
}

export type Logins = Readonly<Record<RestrictedLogin, Login>>;

/** Of one database: the logins that may come in, and all that they may do there. */
export interface Admission {
  readonly logins: readonly RestrictedLogin[];
  readonly schemas: readonly string[];
  readonly privileges: Privileges;
}

const ledgerAdmission: Admission = { logins: restrictedLogins, schemas: ['public'], privileges };
export const vaultAdmission: Admission = {
  logins: ['serve', 'eraser'],
  schemas: ['public', 'vault'],
  privileges: vaultPrivileges,
};

/** Roles belong to the whole server: naming them after the database lets several gateways share one. */
export function roleName(database: string, login: RestrictedLogin): string {
  const name = `${database}_${login}`;
  // PostgreSQL cuts longer names off in silence, and two databases could then share a role.
  if (Buffer.byteLength(name) > 63) throw new RangeError('the name of the database is too long to name its logins');
  return name;
}

/**
 * Creates the logins that are missing and gives each exactly its privileges, whatever it had:
 * run again after every migration. One transaction, so that a running gateway never sees a gap.
 * `setPasswords`: whether logins that exist already get the password given here.
 */
export async function applyLogins(
  client: pg.Client,
  logins: Logins,
  setPasswords: boolean,
  admission = ledgerAdmission,
): Promise<void> {
  await client.query('BEGIN');
  try {
    for (const statement of await statements(client, logins, setPasswords, admission)) await client.query(statement);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function statements(
  client: pg.Client,
  logins: Logins,
  set: boolean,
  { logins: admitted, schemas, privileges: granted }: Admission,
): Promise<string[]> {
  const database = quote(await currentDatabase(client));
  const found = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)', [
    restrictedLogins.map((login) => logins[login].role),
  ]);
  const existing = new Set(found.rows.map((row) => row.rolname));
  const known = restrictedLogins.filter((login) => admitted.includes(login) || existing.has(logins[login].role));
  const all = known.map((login) => quote(logins[login].role)).join(', ');
  const inside = admitted.map((login) => quote(logins[login].role)).join(', ');
  const everySchema = schemas.map(quote).join(', ');
  return [
    ...admitted.flatMap((login) => roleStatement(logins[login], existing.has(logins[login].role), set)),
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC, ${all}`,
    `REVOKE ALL ON SCHEMA ${everySchema} FROM PUBLIC, ${all}`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA ${everySchema} FROM PUBLIC, ${all}`,
    `GRANT CONNECT ON DATABASE ${database} TO ${inside}`,
    `GRANT USAGE ON SCHEMA ${everySchema} TO ${inside}`,
    ...grants(logins, granted),
  ];
}

function roleStatement(login: Login, exists: boolean, setPassword: boolean): string[] {
  if (exists && !setPassword) return [];
  const verifier = pg.escapeLiteral(scramVerifier(login.password));
  const may = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION';
  return exists
    ? [`ALTER ROLE ${quote(login.role)} WITH LOGIN PASSWORD ${verifier}`]
    : [`CREATE ROLE ${quote(login.role)} WITH ${may} PASSWORD ${verifier}`];
}

function grants(logins: Logins, granted: Privileges): string[] {
  return Object.entries(granted).flatMap(([table, perLogin]) =>
    restrictedLogins.flatMap((login) => {
      const may = perLogin[login];
      if (may === undefined) return [];
      return [`GRANT ${may.map(privilegeSql).join(', ')} ON ${quoteTable(table)} TO ${quote(logins[login].role)}`];
    }),
  );
}

function privilegeSql(privilege: Privilege): string {
  const column = /^UPDATE\((.+)\)$/.exec(privilege)?.[1];
  return column === undefined ? privilege : `UPDATE (${quote(column)})`;
}

function quoteTable(table: string): string {
  return (table.includes('.') ? table : `public.${table}`).split('.').map(quote).join('.');
}

export async function currentDatabase(client: pg.Client): Promise<string> {
  const result = await client.query<{ name: string }>('SELECT current_database() AS name');
  const name = result.rows[0]?.name;
  if (name === undefined) throw new Error('the database does not say its name');
  return name;
}

function quote(identifier: string): string {
  return pg.escapeIdentifier(identifier);
}
