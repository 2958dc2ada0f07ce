import pg from 'pg';
import { isUnavailable } from '../database-fault.ts';
import { durabilityStatement, refuseForgetful } from '../durability.ts';

export interface LaneStatement {
  /** INVARIANT: one name, one text. */
  readonly name: string;
  readonly text: string;
}

/** The connection broke, or no answer came: what was sent last may have happened or not. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('the connection of the journal was lost', { cause });
    this.name = 'ConnectionLost';
  }
}

/**
 * The one connection on which a lane writes. Row values stay unparsed: each reader knows its columns. What is sent
 * before the answer to what went before is carried out after it, and refused within a transaction that failed.
 */
export interface LaneConnection {
  /** Throws `ConnectionLost`, or the driver's `DatabaseError` for a statement that the database refused. */
  query(statement: LaneStatement, values: readonly unknown[]): Promise<readonly unknown[]>;
  /** A command without values: BEGIN, COMMIT, ROLLBACK, SET. Resolves with the command that was carried out. */
  command(text: string): Promise<string>;
  /** Closes the connection: its settings are not those of the pool's other users. */
  end(): void;
}

export interface LaneTimeouts {
  /** How long a statement waits for a row that somebody holds. */
  readonly lockMs: number;
  readonly statementMs: number;
  /** For a server that does not answer at all. */
  readonly answerMs: number;
}

/**
 * A flush touches few rows of tables that grow under it, by their keys. Its plan is made once, when they may be almost
 * empty, and would then read all of a table for as long as the connection lives. Before PostgreSQL 18 a plan that reads a
 * table of one row all the same counts as one of ten thousand million, for which a server with a compiler would compile
 * each flush: hundreds of milliseconds of a processor, for a statement that takes one.
 */
const settings = {
  name: 'journal-settings',
  text: `SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false),
    set_config('idle_in_transaction_session_timeout', $3, false),
    set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
    set_config('enable_mergejoin', 'off', false), set_config('plan_cache_mode', 'force_generic_plan', false),
    set_config('jit', 'off', false)`,
};

/** SQLSTATE of what a statement can meet and the lane must tell apart from a lost connection. */
const perStatement = new Set(['55P03', '57014']);

/**
 * Takes a connection from the pool and sets it up. Throws `ConnectionLost`, or `NotDurable` when a commit on it
 * could be forgotten: settings can change under a gateway that runs, and a pooler can drop those that it asks for.
 */
export async function connectLane(pool: pg.Pool, timeouts: LaneTimeouts): Promise<LaneConnection> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw new ConnectionLost(error);
  }
  // Without a listener, a connection that breaks between two statements would end the process.
  const ignore = (): undefined => undefined;
  client.on('error', ignore);

  const run = async (config: { name?: string; text: string; values?: unknown[] }): Promise<pg.QueryResult> => {
    const bounded = { ...config, query_timeout: timeouts.answerMs };
    try {
      return await client.query(bounded);
    } catch (error) {
      const isOwn = error instanceof pg.DatabaseError && perStatement.has(error.code ?? '');
      throw isUnavailable(error) && !isOwn ? new ConnectionLost(error) : error;
    }
  };
  const connection: LaneConnection = {
    query: async ({ name, text }, values) => (await run({ name, text, values: [...values] })).rows,
    command: async (text) => (await run({ text })).command,
    end: () => client.release(true),
  };
  try {
    const [durability] = await connection.query(durabilityStatement, []);
    refuseForgetful(durability);
    await connection.query(settings, [timeouts.lockMs, timeouts.statementMs, timeouts.answerMs * 2]);
  } catch (error) {
    connection.end();
    throw error;
  }
  return connection;
}
