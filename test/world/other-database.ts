import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openPool } from '../../src/store/pool.ts';

/** An empty database beside the ledger's own. */
export interface OtherDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

export async function otherDatabase(): Promise<OtherDatabase> {
  const url = new URL(inject('databaseTemplate').owner);
  // Named like its run, so that it goes with the run's leftovers.
  const name = `${url.pathname.slice(1)}_${randomBytes(5).toString('hex')}`;
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const asAdmin = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: admin.href });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await asAdmin(`CREATE DATABASE "${name}"`);
  url.pathname = `/${name}`;
  const pool = openPool(url.href, { max: 5 });
  return {
    url: url.href,
    pool,
    async drop() {
      await pool.end();
      await asAdmin(`DROP DATABASE "${name}" WITH (FORCE)`);
    },
  };
}
