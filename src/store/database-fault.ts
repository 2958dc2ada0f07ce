import pg from 'pg';
import { Fault } from '../core/fault.ts';

/** SQLSTATE classes and codes that say "the database cannot be used now", not "this statement is wrong". */
const unavailableStates = [
  /^08/, // connection exceptions
  /^53/, // out of connections, memory or disk
  /^57P0/, // shut down, crashed, starting up, dropped
  /^57014$/, // statement timeout
  /^55P03$/, // lock timeout
  /^25P03$/, // whoever stood still within a transaction was thrown out
  /^58/, // system error on the server's side
  /^28/, // login refused
  /^3D000$/, // no such database
  /^55000$/, // one that takes no connections
  /^25006$/, // read-only: a standby that is not promoted yet
];

const unavailableErrno = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** The driver throws these without any code, so that their wording is all there is to go by. */
const driverMessages = [
  /^Connection terminated/,
  /^timeout e(xceeded|xpired)/,
  /^Query read timeout$/,
  /^Client (has encountered a connection error|was closed) and is not queryable$/,
  /^Cannot use a pool after calling end/,
];

/**
 * A statement that the database refused. Carries what code may act upon and nothing of the values:
 * PostgreSQL puts those in its message and detail.
 */
export class StatementFailed extends Error {
  readonly sqlState: string;
  readonly constraint: string | null;

  constructor(statement: string, sqlState: string, constraint: string | null) {
    super(`statement ${statement} failed with ${sqlState}${constraint === null ? '' : ` on ${constraint}`}`);
    this.name = 'StatementFailed';
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

/** Whether this error of the driver means that the database cannot be reached or used now. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof pg.DatabaseError) {
    const state = error.code ?? '';
    return unavailableStates.some((pattern) => pattern.test(state));
  }
  if ('code' in error && typeof error.code === 'string' && unavailableErrno.has(error.code)) return true;
  return driverMessages.some((pattern) => pattern.test(error.message));
}

/**
 * The one place that classifies what the driver throws: `Fault('database-unavailable')`,
 * `StatementFailed`, or the error itself when it is not of the database at all.
 */
export function databaseError(error: unknown, statement: string): unknown {
  if (isUnavailable(error)) {
    return new Fault('database-unavailable', 'the database cannot be used now', { cause: error });
  }
  if (error instanceof pg.DatabaseError) {
    return new StatementFailed(statement, error.code ?? 'unknown', error.constraint ?? null);
  }
  return error;
}
