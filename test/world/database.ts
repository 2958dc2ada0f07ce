import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { DatabaseUrls } from '../../src/store/logins.ts';
import { openPool } from '../../src/store/pool.ts';

export interface FreshDatabase {
  readonly urls: DatabaseUrls;
  readonly pools: { readonly [Login in keyof DatabaseUrls]: pg.Pool };
  /** Ends the pools and removes the database. */
  drop(): Promise<void>;
}

/** A migrated, empty database of its own, cloned from the run's template (about 50 ms). */
export async function freshDatabase(): Promise<FreshDatabase> {
  const template = inject('databaseTemplate');
  const templateName = new URL(template.owner).pathname.slice(1);
  const name = `${templateName}_${randomBytes(5).toString('hex')}`;
  await asAdmin(async (admin) => {
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${templateName}"`);
    // A clone has the tables' privileges, not those on the database itself.
    const roles = [template.serve, template.sequencer, template.eraser].map((url) => `"${new URL(url).username}"`);
    await admin.query(`REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE "${name}" TO ${roles.join(', ')}`);
  });
  const urls = map((login) => withDatabase(template[login], name));
  const pools = map((login) => openPool(urls[login], { max: login === 'serve' ? 8 : 2, name: `test ${login}` }));
  return {
    urls,
    pools,
    drop: async () => {
      await Promise.all(Object.values(pools).map((pool) => (pool.ended ? undefined : pool.end())));
      await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
    },
  };
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

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

function map<T>(make: (login: keyof DatabaseUrls) => T): Record<keyof DatabaseUrls, T> {
  return { owner: make('owner'), serve: make('serve'), sequencer: make('sequencer'), eraser: make('eraser') };
}
