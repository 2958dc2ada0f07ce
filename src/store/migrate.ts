import { promises as fs } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Kysely, PostgresDialect } from 'kysely';
import { FileMigrationProvider, type MigrationProvider, Migrator } from 'kysely/migration';
import pg from 'pg';
import { surviveLostConnections } from './pool.ts';

/** The database was migrated by a later version than this one, which must keep its hands off. */
export class SchemaTooNew extends Error {
  readonly unknown: readonly string[];

  constructor(unknown: readonly string[]) {
    super(`the database schema is newer than this version knows: ${unknown.join(', ')}`);
    this.name = 'SchemaTooNew';
    this.unknown = unknown;
  }
}

const ledgerMigrations = files('../../migrations');
export const vaultMigrations = files('../../migrations/vault');

/**
 * Applies every migration that is not applied yet, all in one transaction, and returns their names.
 * Safe when several gateways start at once. Throws `SchemaTooNew`, or what a migration threw.
 */
export async function migrate(ownerUrl: string, provider = ledgerMigrations): Promise<readonly string[]> {
  // Not `openPool`: a migration may take longer than any statement of the gateway.
  const pool = surviveLostConnections(
    new pg.Pool({ connectionString: ownerUrl, max: 1, connectionTimeoutMillis: 5000 }),
  );
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await refuseNewer(pool, provider);
    const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
    if (error !== undefined) throw error;
    // The migrator took its lock only now: somebody newer may have been in between.
    await refuseNewer(pool, provider);
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
    // Kysely ends only a pool that it has used itself: after a refusal it has not.
    if (!pool.ended) await pool.end();
  }
}

async function refuseNewer(pool: pg.Pool, provider: MigrationProvider): Promise<void> {
  const known = new Set(Object.keys(await provider.getMigrations()));
  const table = await pool.query(`SELECT to_regclass('public.kysely_migration') IS NOT NULL AS there`);
  if (table.rows[0]?.there !== true) return;
  const applied = await pool.query<{ name: string }>('SELECT name FROM public.kysely_migration ORDER BY name');
  const unknown = applied.rows.map((row) => row.name).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new SchemaTooNew(unknown);
}

function files(folder: string): MigrationProvider {
  const migrationFolder = fileURLToPath(new URL(folder, import.meta.url));
  const load = (file: string): Promise<unknown> => import(/* @vite-ignore */ pathToFileURL(file).href);
  return new FileMigrationProvider({ fs, path, migrationFolder, import: load });
}
