import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type GatewayKeys, openKeys } from '../../../src/crypto/keys.ts';
import type { DatabaseUrls } from '../../../src/store/logins.ts';
import { openPool } from '../../../src/store/pool.ts';
import { startPostgres } from '../../../src/store/postgres/start-postgres.ts';
import { prepareDatabase } from '../../../src/store/prepare-database.ts';

/** A migrated database of one part of the bench, which goes when the part ends. */
export interface PartDatabase {
  readonly urls: DatabaseUrls;
  /** Opens a pool that ends with the part. */
  pool(login: keyof DatabaseUrls, max?: number): pg.Pool;
}

/** One durable PostgreSQL of the run's own, and a gateway's keys. */
export interface LedgerBenchServer {
  /** For keys, exports and checkpoints; goes when the run ends. */
  readonly folder: string;
  readonly keys: GatewayKeys;
  readonly version: string;
  /** Gives `work` a database, and drops it whatever becomes of the work. */
  withDatabase<T>(work: (database: PartDatabase) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

let databases = 0;

export async function startLedgerBenchServer(): Promise<LedgerBenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sluis-bench-ledger-'));
  // PostgreSQL's own user must be able to pass through.
  await chmod(folder, 0o711);
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), ephemeral: true });
  const keys = await openKeys({ directory: join(folder, 'keys'), create: true });
  return {
    folder,
    keys,
    version: await asAdmin(server.ownerUrl, async (admin) => {
      const { rows } = await admin.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version ?? 'unknown';
    }),
    async withDatabase(work) {
      const name = `bench_${++databases}`;
      await asAdmin(server.ownerUrl, (admin) => admin.query(`CREATE DATABASE ${name}`));
      const owner = new URL(server.ownerUrl);
      owner.pathname = `/${name}`;
      const pools: pg.Pool[] = [];
      try {
        const urls = await prepareDatabase(owner.href, { loginsFile: join(folder, `${name}.json`) });
        const pool = (login: keyof DatabaseUrls, max = 4) => {
          const opened = openPool(urls[login], { max, name: `bench ${login}`, statementTimeoutMs: 3_600_000 });
          pools.push(opened);
          return opened;
        };
        return await work({ urls, pool });
      } finally {
        // Not waited for: what broke off in the middle never gives its connection back, and the server ends it.
        for (const pool of pools) void pool.end();
        for (const database of [name, `${name}_vault`]) {
          await asAdmin(server.ownerUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
        }
      }
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
