import pg from 'pg';
import { type Privilege, privileges, type RestrictedLogin, restrictedLogins } from './privileges.ts';
import { scramVerifier } from './scram.ts';

/** One URL for each login: owner for migrations, serve for the gateway, sequencer and eraser for their task alone. */
export interface DatabaseUrls {
  readonly owner: string;
  readonly serve: string;
  readonly sequencer: string;
  readonly eraser: string;
}

export interface Login {
  readonly role: string;
  readonly password: string;
}

export type Logins = Readonly<Record<RestrictedLogin, Login>>;

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
export async function applyLogins(client: pg.Client, logins: Logins, setPasswords: boolean): Promise<void> {
  const database = await currentDatabase(client);
  await client.query('BEGIN');
  try {
    for (const statement of await statements(client, database, logins, setPasswords)) await client.query(statement);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function statements(client: pg.Client, database: string, logins: Logins, set: boolean): Promise<string[]> {
  const roles = restrictedLogins.map((login) => quote(logins[login].role));
  const found = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)', [
    restrictedLogins.map((login) => logins[login].role),
  ]);
  const existing = new Set(found.rows.map((row) => row.rolname));
  return [
    ...restrictedLogins.flatMap((login) => roleStatement(logins[login], existing.has(logins[login].role), set)),
    `REVOKE ALL ON DATABASE ${quote(database)} FROM PUBLIC`,
    'REVOKE ALL ON SCHEMA public, vault FROM PUBLIC',
    `REVOKE ALL ON DATABASE ${quote(database)} FROM ${roles.join(', ')}`,
    `REVOKE ALL ON SCHEMA public, vault FROM ${roles.join(', ')}`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA public, vault FROM ${roles.join(', ')}, PUBLIC`,
    `GRANT CONNECT ON DATABASE ${quote(database)} TO ${roles.join(', ')}`,
    `GRANT USAGE ON SCHEMA public TO ${roles.join(', ')}`,
    `GRANT USAGE ON SCHEMA vault TO ${quote(logins.serve.role)}, ${quote(logins.eraser.role)}`,
    ...grants(logins),
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

function grants(logins: Logins): string[] {
  return Object.entries(privileges).flatMap(([table, perLogin]) =>
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
