import pg from 'pg';
import { Fault } from '../core/fault.ts';
import { databaseError } from './database-fault.ts';
import { typeParsers } from './types.ts';

export interface PoolOptions {
  /** Measured: about 8 connections do more than 32. */
  readonly max?: number;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** false: a commit does not wait for the disk, for what may be lost in a crash. */
  readonly durable?: boolean;
  /** Shown in `pg_stat_activity`. */
  readonly name?: string;
}

/** A statement that is prepared once per connection under its name. INVARIANT: one name, one text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A pool, or one of its connections within a transaction. */
export type Queryable = pg.Pool | pg.PoolClient;

/**
 * A pool with the store's types: `timestamptz` as `Instant`, `bigint` as a safe number.
 * A broken idle connection is dropped by the pool and a new one made when needed, so that the
 * gateway works on after the database has been away.
 */
export function openPool(url: string, options: PoolOptions = {}): pg.Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 5000;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 8,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 2000,
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 2000,
    // The server's own timeout comes first; this one is for a server that does not answer at all.
    query_timeout: statementTimeoutMs + 1000,
    idle_in_transaction_session_timeout: 10_000,
    application_name: options.name ?? 'sluis',
    options: `-c timezone=UTC -c synchronous_commit=${options.durable === false ? 'off' : 'on'}`,
    types: typeParsers,
    // Statements of one connection that do not need each other's answers may be sent at once.
    pipeline: true,
    allowExitOnIdle: true,
  });
  return surviveLostConnections(pool);
}

/**
 * A connection may break at any moment, idle in the pool or between two statements of its borrower.
 * Without a listener that would end the process; with one, the next statement says what is wrong.
 */
export function surviveLostConnections(pool: pg.Pool): pg.Pool {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The rows of one named, prepared statement. Throws `Fault('database-unavailable')` or `StatementFailed`. */
export async function query<Row extends pg.QueryResultRow>(
  on: Queryable,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    const result = await on.query<Row>({ name: statement.name, text: statement.text, values: [...values] });
    return result.rows;
  } catch (error) {
    throw databaseError(error, statement.name);
  }
}

/**
 * Runs `work` in one transaction on one connection and resolves after COMMIT was acknowledged.
 * Throws as `query` does; whatever `work` throws rolls back.
 */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  try {
    await client.query('BEGIN');
    const value = await work(client);
    await client.query('COMMIT');
    client.release();
    return value;
  } catch (thrown) {
    const error = databaseError(thrown, 'transaction');
    // A connection that is lost, or that does not even roll back, is thrown away; what it held ends with it.
    const lost = error instanceof Fault || (await rollBack(client)) === 'failed';
    client.release(lost);
    throw error;
  }
}

function rollBack(client: pg.PoolClient): Promise<'done' | 'failed'> {
  return client.query('ROLLBACK').then(
    () => 'done',
    () => 'failed',
  );
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw databaseError(error, 'connect');
  }
}
