import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import type { DatabaseUrls } from '../../src/store/logins.ts';
import { startPostgres } from '../../src/store/postgres/start-postgres.ts';
import { prepareDatabase } from '../../src/store/prepare-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database with its logins: `freshDatabase` clones it. */
    databaseTemplate: DatabaseUrls;
  }
}

/**
 * Once per run: one real server, a PostgreSQL of our own or the one that SLUIS_TEST_DATABASE_URL
 * names (as a superuser), with a migrated template database.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // PostgreSQL's user must be able to pass through, also when the tests run as root.
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-test-'));
  await chmod(directory, 0o711);
  const external = process.env.SLUIS_TEST_DATABASE_URL;
  const server = external === undefined ? await embedded(directory) : { url: external, stop: () => Promise.resolve() };
  // Leftovers of runs that were killed are told apart by their time, in seconds.
  const template = `sluis_test_${Math.floor(Date.now() / 1000)}_${process.pid}`;
  const admin = await connect(server.url);
  await dropAll(admin, (name) => isLeftover(name, Date.now() / 1000));
  await admin.query(`CREATE DATABASE "${template}"`);
  const url = new URL(server.url);
  url.pathname = `/${template}`;
  const urls = await prepareDatabase(url.href, { loginsFile: path.join(directory, 'logins.json') });
  project.provide('databaseTemplate', urls);
  return async () => {
    if (external !== undefined) await dropAll(admin, (name) => name === template || name.startsWith(`${template}_`));
    await admin.end();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function embedded(directory: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = await startPostgres({ dataDir: path.join(directory, 'postgres'), ephemeral: true });
  return { url: server.ownerUrl, stop: server.stop };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {
    // Told by the next statement.
  });
  await client.connect();
  return client;
}

function isLeftover(name: string, nowSeconds: number): boolean {
  const made = /^sluis_test_(\d+)_/.exec(name)?.[1];
  return made !== undefined && nowSeconds - Number(made) > 6 * 3600;
}

async function dropAll(admin: pg.Client, ours: (name: string) => boolean): Promise<void> {
  const databases = await admin.query<{ name: string }>('SELECT datname AS name FROM pg_database');
  for (const { name } of databases.rows.filter((row) => ours(row.name))) {
    await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  }
  const roles = await admin.query<{ name: string }>('SELECT rolname AS name FROM pg_roles');
  for (const { name } of roles.rows.filter((row) => ours(row.name))) {
    await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`);
  }
}
