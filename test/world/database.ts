import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { DatabaseUrls } from '../../src/store/logins.ts';
import { openPool } from '../../src/store/pool.ts';

export interface FreshDatabase {
  readonly urls: DatabaseUrls;
  readonly pools: { readonly [Login in keyof DatabaseUrls]: pg.Pool };
  /** Ends the pools and removes the database and its vault. */
  drop(): Promise<void>;
}

/** A migrated, empty database of its own with its vault, cloned from the run's template (about 100 ms). */
export async function freshDatabase(): Promise<FreshDatabase> {
  const template = inject('databaseTemplate');
  const name = `${databaseOf(template.owner)}_${randomBytes(5).toString('hex')}`;
  const nameOf = (login: keyof DatabaseUrls) => (login.startsWith('vault') ? `${name}_vault` : name);
  await Promise.all([
    clone(template.owner, name, [template.serve, template.sequencer, template.eraser]),
    clone(template.vaultOwner, `${name}_vault`, [template.vault, template.vaultEraser]),
  ]);
  const urls = map((login) => withDatabase(template[login], nameOf(login)));
  const pools = map((login) => openPool(urls[login], { max: login === 'serve' ? 8 : 2, name: `test ${login}` }));
  return {
    urls,
    pools,
    drop: async () => {
      await Promise.all(Object.values(pools).map((pool) => (pool.ended ? undefined : pool.end())));
      const drop = (which: string) =>
        asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS "${which}" WITH (FORCE)`));
      await Promise.all([drop(name), drop(`${name}_vault`)]);
    },
  };
}

/** A clone has the tables' privileges, not those on the database itself. */
async function clone(template: string, name: string, logins: readonly string[]): Promise<void> {
  const roles = logins.map((url) => `"${new URL(url).username}"`);
  await asAdmin(async (admin) => {
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${databaseOf(template)}"`);
    await admin.query(`REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE "${name}" TO ${roles.join(', ')}`);
  });
}

async function asAdmin(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(inject('databaseTemplate').owner, 'postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

function map<T>(make: (login: keyof DatabaseUrls) => T): Record<keyof DatabaseUrls, T> {
  return {
    owner: make('owner'),
    serve: make('serve'),
    sequencer: make('sequencer'),
    eraser: make('eraser'),
    vaultOwner: make('vaultOwner'),
    vault: make('vault'),
    vaultEraser: make('vaultEraser'),
  };
}
