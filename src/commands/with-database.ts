import type pg from 'pg';
import { ConfigError, readDatabaseConfig } from '../config.ts';
import type { KeySettings } from '../crypto/keys.ts';
import { isDatabaseMade } from '../store/database-made.ts';
import type { DatabaseUrls } from '../store/logins.ts';
import { openDatabase } from '../store/open-database.ts';
import { openPool } from '../store/pool.ts';

/** What each login is called in the vault. */
const inVault = { owner: 'vaultOwner', serve: 'vault', eraser: 'vaultEraser' } as const satisfies Partial<
  Record<keyof DatabaseUrls, keyof DatabaseUrls>
>;

/**
 * Runs a command that only reads: where nobody made a ledger there is none to read, and it is not made here.
 * Throws `ConfigError` then, and as `withDatabase`.
 */
export async function withExistingDatabase<T>(
  login: keyof typeof inVault,
  work: (pool: pg.Pool, dataDir: string, keys: KeySettings) => Promise<T>,
): Promise<T> {
  const config = readDatabaseConfig(process.env);
  if (!(await isDatabaseMade(config))) {
    const where =
      config.urls === null
        ? `${config.dataDir}: holds no database of a gateway: SLUIS_DATA_DIR names the folder of one, or DATABASE_URL a database`
        : 'DATABASE_URL: names a database without a ledger: name that of a gateway, or prepare it with "sluis migrate"';
    throw new ConfigError([where]);
  }
  return withDatabase(login, work);
}

/** Runs a command on the configured database, beside a running gateway if there is one. */
export async function withDatabase<T>(
  login: keyof typeof inVault,
  work: (pool: pg.Pool, dataDir: string, keys: KeySettings, vault: pg.Pool) => Promise<T>,
): Promise<T> {
  const config = readDatabaseConfig(process.env);
  const database = await openDatabase(config, true);
  const options = { max: 2, name: 'sluis-command', statementTimeoutMs: 60_000 };
  const pool = openPool(database.urls[login], options);
  // Opens no connection before it is used.
  const vault = openPool(database.urls[inVault[login]], options);
  try {
    return await work(pool, config.dataDir, config.keys, vault);
  } finally {
    await pool.end();
    await vault.end();
    await database.stop();
  }
}
