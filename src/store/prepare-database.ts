import pg from 'pg';
import { assertDurable } from './durability.ts';
import { applyLogins, currentDatabase, type DatabaseUrls, type Login, type Logins, roleName } from './logins.ts';
import { loginPasswords } from './logins-file.ts';
import { migrate } from './migrate.ts';
import type { RestrictedLogin } from './privileges.ts';
import { prepareVault, vaultBeside } from './vault/prepare-vault.ts';

export type LoginSource =
  /** Passwords that the gateway makes at random and keeps in this file (mode 0600). */
  | { readonly loginsFile: string }
  /** Logins that configuration names; created when missing, with the password in their URL. */
  | { readonly urls: Readonly<Record<RestrictedLogin, string>> };

/** A vault that configuration names; its logins are those of the ledger where it names none. */
export interface VaultSource {
  readonly owner: string;
  readonly logins: { readonly serve: string; readonly eraser: string } | null;
}

/** Any constant: all preparations of one database wait for each other. */
const preparationLock = 7_305_808_869;

/**
 * Makes a database and its vault fit to serve: durable, migrated to this version's schema, their logins
 * with exactly their privileges. Safe to run at every start and by several gateways at once.
 * `vault`: null for one beside the database, on the same server.
 * Throws `NotDurable`, `SchemaTooNew`, `VaultUnfit`, or what the server refused.
 */
export async function prepareDatabase(
  ownerUrl: string,
  source: LoginSource,
  vault: VaultSource | null = null,
): Promise<DatabaseUrls> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => {
    // A lost connection rejects the statement under way, which is where it is told.
  });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [preparationLock]);
    await assertDurable(client);
    await migrate(ownerUrl);
    const database = await currentDatabase(client);
    const { logins, setPasswords } = await loginsFrom(source, database);
    const place = vault === null ? vaultBeside(ownerUrl, database) : { url: vault.owner, create: false };
    const inVault = { ...logins, ...namedLogins(vault) };
    await prepareVault(client, place, { logins: inVault, setPasswords });
    await applyLogins(client, logins, setPasswords);
    return {
      owner: ownerUrl,
      ...mapLogins((login) => ('urls' in source ? source.urls[login] : asLogin(ownerUrl, logins[login]))),
      vaultOwner: place.url,
      vault: vault?.logins?.serve ?? asLogin(place.url, inVault.serve),
      vaultEraser: vault?.logins?.eraser ?? asLogin(place.url, inVault.eraser),
    };
  } finally {
    await client.end();
  }
}

async function loginsFrom(source: LoginSource, database: string): Promise<{ logins: Logins; setPasswords: boolean }> {
  if ('loginsFile' in source) {
    const { passwords } = await loginPasswords(source.loginsFile);
    const logins = mapLogins((login) => ({ role: roleName(database, login), password: passwords[login] }));
    // The file is the truth: a login that exists from before a lost file gets the new password.
    return { logins, setPasswords: true };
  }
  return { logins: mapLogins((login) => loginIn(source.urls[login])), setPasswords: false };
}

function namedLogins(vault: VaultSource | null): Partial<Logins> {
  const named = vault?.logins ?? null;
  return named === null ? {} : { serve: loginIn(named.serve), eraser: loginIn(named.eraser) };
}

function loginIn(text: string): Login {
  const url = new URL(text);
  return { role: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}

function asLogin(ownerUrl: string, { role, password }: Login): string {
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.href;
}

function mapLogins<T>(make: (login: RestrictedLogin) => T): Record<RestrictedLogin, T> {
  return { serve: make('serve'), sequencer: make('sequencer'), eraser: make('eraser') };
}
