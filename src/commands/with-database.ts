import type pg from 'pg';
import { readDatabaseConfig } from '../config.ts';
import type { KeySettings } from '../crypto/keys.ts';
import type { DatabaseUrls } from '../store/logins.ts';
import { openDatabase } from '../store/open-database.ts';
import { openPool } from '../store/pool.ts';

/** Runs a command on the configured database, beside a running gateway if there is one. */
export async function withDatabase<T>(
  login: keyof DatabaseUrls,
  work: (pool: pg.Pool, dataDir: string, keys: KeySettings) => Promise<T>,
): Promise<T> {
  const config = readDatabaseConfig(process.env);
  const database = await openDatabase(config, true);
  const pool = openPool(database.urls[login], { max: 2, name: 'sluis-command', statementTimeoutMs: 60_000 });
  try {
    return await work(pool, config.dataDir, config.keys);
  } finally {
    await pool.end();
    await database.stop();
  }
}
