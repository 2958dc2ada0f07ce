import pg from 'pg';
import { assertDurable } from '../durability.ts';
import { applyLogins, type Logins, vaultAdmission } from '../logins.ts';
import { migrate, vaultMigrations } from '../migrate.ts';
import { linkVault } from './link-vault.ts';
import { moveKeys } from './move-keys.ts';
import { VaultUnfit } from './vault-unfit.ts';

export interface VaultPlace {
  /** The owner's URL. */
  readonly url: string;
  /** Whether a database that is not there is made, on the ledger's own server. */
  readonly create: boolean;
}

/** Beside the ledger's database, on its server: what is used as long as the settings name no other. */
export function vaultBeside(ownerUrl: string, database: string): VaultPlace {
  const name = `${database}_vault`;
  // PostgreSQL cuts longer names off in silence.
  if (Buffer.byteLength(name) > 63) throw new RangeError('the name of the database is too long to name its vault');
  const url = new URL(ownerUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return { url: url.href, create: true };
}

/**
 * Makes the vault fit to serve this ledger: durable, migrated, the only one of this ledger and of no
 * other, with the keys that stood in the ledger's own database, and its logins with exactly their
 * privileges. `ledger`: the owner's connection, which holds the lock of the preparation.
 * Throws `VaultUnfit`, `NotDurable`, `SchemaTooNew`, or what the server refused.
 */
export async function prepareVault(
  ledger: pg.Client,
  place: VaultPlace,
  { logins, setPasswords }: { readonly logins: Logins; readonly setPasswords: boolean },
): Promise<void> {
  const vault = await connect(ledger, place);
  try {
    const { rows } = await vault.query(`SELECT to_regclass('public.ledger_entry') IS NOT NULL AS there`);
    if (rows[0]?.there !== false) {
      throw new VaultUnfit('DATABASE_URL_VAULT names a database with a ledger in it: the vault must be another one');
    }
    await assertDurable(vault);
    await migrate(place.url, vaultMigrations);
    await linkVault(ledger, vault);
    await moveKeys(ledger, vault);
    await applyLogins(vault, logins, setPasswords, vaultAdmission);
  } finally {
    await vault.end();
  }
}

async function connect(ledger: pg.Client, { url, create }: VaultPlace): Promise<pg.Client> {
  try {
    return await connected(url);
  } catch (error) {
    if (!hasState(error, 'invalid-catalog')) throw error;
    const name = decodeURIComponent(new URL(url).pathname.slice(1));
    if (!create) throw new VaultUnfit(`the database ${name} that DATABASE_URL_VAULT names is not there: create it`);
    await createDatabase(ledger, name);
    return connected(url);
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {
    // A lost connection rejects the statement under way, which is where it is told.
  });
  await client.connect();
  return client;
}

async function createDatabase(ledger: pg.Client, name: string): Promise<void> {
  // A vault that this ledger had and that is gone is never replaced by an empty one in silence.
  const { rows } = await ledger.query<{ linked: boolean }>('SELECT linked FROM vault_link');
  if (rows[0]?.linked !== false) {
    throw new VaultUnfit(`the vault ${name} with the keys of this ledger is gone: restore it from its backup`);
  }
  try {
    await ledger.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0`);
  } catch (error) {
    if (hasState(error, 'duplicate-database')) return;
    if (!hasState(error, 'insufficient-privilege')) throw error;
    const owner = await currentUser(ledger);
    throw new VaultUnfit(
      `the vault ${name} is not there, and ${owner} may not create it: CREATE DATABASE ${pg.escapeIdentifier(name)} ` +
        `OWNER ${pg.escapeIdentifier(owner)}, or name another database in DATABASE_URL_VAULT`,
    );
  }
}

async function currentUser(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT current_user AS name');
  return rows[0]?.name ?? '';
}

const states = {
  'invalid-catalog': '3D000',
  'duplicate-database': '42P04',
  'insufficient-privilege': '42501',
} as const;

function hasState(error: unknown, state: keyof typeof states): boolean {
  return error instanceof Error && 'code' in error && error.code === states[state];
}
