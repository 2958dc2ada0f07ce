import pg from 'pg';
import { applyLogins, currentDatabase, type DatabaseUrls, type Logins, roleName } from './logins.ts';
import { loginPasswords } from './logins-file.ts';
import { migrate } from './migrate.ts';
import type { RestrictedLogin } from './privileges.ts';

/** The server may forget what it acknowledged: no promise about the ledger can rest on it. */
export class NotDurable extends Error {
  constructor(setting: string) {
    super(`the database server runs with ${setting} off: it may lose what it acknowledged`);
    this.name = 'NotDurable';
  }
}

export type LoginSource =
  /** Passwords that the gateway makes at random and keeps in this file (mode 0600). */
  | { readonly loginsFile: string }
  /** Logins that configuration names; created when missing, with the password in their URL. */
  | { readonly urls: Readonly<Record<RestrictedLogin, string>> };

/** Any constant: all preparations of one database wait for each other. */
const preparationLock = 7_305_808_869;

/**
 * Makes a database fit to serve: durable, migrated to this version's schema, its logins with exactly
 * their privileges. Safe to run at every start and by several gateways at once.
 * Throws `NotDurable`, `SchemaTooNew`, or what the server refused.
 */
export async function prepareDatabase(ownerUrl: string, source: LoginSource): Promise<DatabaseUrls> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => {
    // A lost connection rejects the statement under way, which is where it is told.
  });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [preparationLock]);
    await assertDurable(client);
    await migrate(ownerUrl);
    const { logins, setPasswords } = await loginsFrom(source, await currentDatabase(client));
    await applyLogins(client, logins, setPasswords);
    return { owner: ownerUrl, ...mapLogins((login) => urlFor(ownerUrl, source, login, logins)) };
  } finally {
    await client.end();
  }
}

/** Throws `NotDurable` unless an acknowledged commit survives a crash of the server. */
export async function assertDurable(client: pg.Client): Promise<void> {
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const result = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [setting]);
    const value = result.rows[0]?.value ?? 'off';
    // `local` flushes here but waits for no standby; `remote_*` and `on` both flush here.
    if (value === 'off') throw new NotDurable(setting);
  }
}

async function loginsFrom(source: LoginSource, database: string): Promise<{ logins: Logins; setPasswords: boolean }> {
  if ('loginsFile' in source) {
    const { passwords } = await loginPasswords(source.loginsFile);
    const logins = mapLogins((login) => ({ role: roleName(database, login), password: passwords[login] }));
    // The file is the truth: a login that exists from before a lost file gets the new password.
    return { logins, setPasswords: true };
  }
  const logins = mapLogins((login) => {
    const url = new URL(source.urls[login]);
    return { role: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  });
  return { logins, setPasswords: false };
}

function urlFor(ownerUrl: string, source: LoginSource, login: RestrictedLogin, logins: Logins): string {
  if ('urls' in source) return source.urls[login];
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(logins[login].role);
  url.password = encodeURIComponent(logins[login].password);
  return url.href;
}

function mapLogins<T>(make: (login: RestrictedLogin) => T): Record<RestrictedLogin, T> {
  return { serve: make('serve'), sequencer: make('sequencer'), eraser: make('eraser') };
}
