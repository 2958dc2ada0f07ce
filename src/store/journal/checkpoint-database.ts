import type pg from 'pg';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import type { CheckpointStore } from '../../core/ledger/ports.ts';
import { assertDurable } from '../durability.ts';
import { query, transaction } from '../pool.ts';

/** The database for the last checkpoint is the ledger's own: whoever rewrites the one rewrites the other. */
export class SameDatabase extends Error {
  constructor() {
    super(
      'SLUIS_CHECKPOINT_DATABASE_URL names the database of the ledger itself: name one on another server, which other people manage',
    );
    this.name = 'SameDatabase';
  }
}

const identityStatement = {
  name: 'checkpoint-identity',
  text: `SELECT system_identifier::text || ' ' || oid AS identity FROM pg_control_system(), pg_database
    WHERE datname = current_database()`,
};
const thereStatement = {
  name: 'checkpoint-table',
  text: `SELECT to_regclass('sluis_checkpoint') IS NOT NULL AS there`,
};
const readStatement = { name: 'checkpoint-read', text: 'SELECT note FROM sluis_checkpoint WHERE origin = $1' };
const firstStatement = {
  name: 'checkpoint-first',
  text: `INSERT INTO sluis_checkpoint (origin, version, note, at) VALUES ($1, 1, $2, clock_timestamp())
    ON CONFLICT DO NOTHING RETURNING version`,
};
const swapStatement = {
  name: 'checkpoint-swap',
  text: `UPDATE sluis_checkpoint SET note = $3, version = version + 1, at = clock_timestamp()
    WHERE origin = $1 AND note = $2 RETURNING version`,
};
const lockStatement = { name: 'checkpoint-lock', text: `SELECT pg_advisory_xact_lock(hashtext('sluis_checkpoint'))` };
const createStatement = {
  name: 'checkpoint-create',
  text: `CREATE TABLE IF NOT EXISTS sluis_checkpoint (
    origin text PRIMARY KEY,
    version bigint NOT NULL,
    note text NOT NULL,
    at timestamptz NOT NULL
  )`,
};

/**
 * The last signed checkpoint as a row in a second database, for gateways on several hosts: one row for each
 * log, so that several may share it. `url` is its pool. Makes its table where it is missing. Throws
 * `SameDatabase`, `NotDurable`, and `Fault('database-unavailable')` when one of the two is away.
 */
export async function checkpointDatabase(pool: pg.Pool, origin: string, ledger: pg.Pool): Promise<CheckpointStore> {
  if ((await identityOf(pool)) === (await identityOf(ledger))) throw new SameDatabase();
  await withClient(pool, assertDurable);
  await createTable(pool);
  return {
    async read() {
      const [row] = await told(() => query(pool, readStatement, [origin]));
      return row === undefined ? null : z.strictObject({ note: z.string() }).parse(row).note;
    },
    async swap(expected, next) {
      const statement = expected === null ? firstStatement : swapStatement;
      const values = expected === null ? [origin, next] : [origin, expected, next];
      return (await told(() => query(pool, statement, values))).length === 1;
    },
  };
}

/** The cluster, and which database of it. A copy of the whole cluster keeps both: it is no other place. */
async function identityOf(pool: pg.Pool): Promise<string> {
  const [row] = await query(pool, identityStatement, []);
  return z.strictObject({ identity: z.string() }).parse(row).identity;
}

async function createTable(pool: pg.Pool): Promise<void> {
  const [row] = await query(pool, thereStatement, []);
  // A login that may not make tables can use one that is there.
  if (z.strictObject({ there: z.boolean() }).parse(row).there) return;
  await transaction(pool, async (client) => {
    await query(client, lockStatement, []);
    await query(client, createStatement, []);
  });
}

async function withClient(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await work(client);
  } finally {
    client.release();
  }
}

/** That the ledger's own database is away is no alarm to its sequencer; that this one is, is. */
async function told<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Error('the database that keeps the last checkpoint does not answer: nothing is signed until it does', {
      cause: error,
    });
  }
}
