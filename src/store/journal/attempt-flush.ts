import pg from 'pg';
import { Fault } from '../../core/fault.ts';
import { coldStatement, type HotChange, isHot } from './cold-changes.ts';
import { type ComposedFlush, composeFlush, type FlushKeys } from './compose-flush.ts';
import { writeFlush } from './flush-statement.ts';
import { ConnectionLost, type LaneConnection } from './lane-connection.ts';
import { lockBasis, takeTurn } from './lock-basis.ts';
import type { Fate, PendingWork } from './pending-work.ts';
import type { Position } from './position.ts';

export interface FlushAttempt {
  /** Durable when present: COMMIT was acknowledged. */
  readonly durable: ComposedFlush | null;
  readonly fates: ReadonlyMap<PendingWork, Fate>;
  /** Neither written nor judged; a neighbour stood in the way. To be attempted again, alone if `alone`. */
  readonly left: readonly PendingWork[];
  readonly alone: boolean;
}

/**
 * `at-once`: as if nobody held a row that is to be written. `skip`: who finds a row held is left out. `wait`: it stands in
 * line for it.
 */
export type Turn = 'at-once' | 'skip' | 'wait';

/** COMMIT was sent and not acknowledged: this flush is durable, or it is not. */
export class CommitInDoubt extends Error {
  readonly flush: ComposedFlush;

  constructor(flush: ComposedFlush, cause: unknown) {
    super('it is not known whether a flush was committed', { cause });
    this.name = 'CommitInDoubt';
    this.flush = flush;
  }
}

/**
 * One transaction: lock what the works rest on, number those that still stand, write them, COMMIT.
 * Whatever goes wrong, nothing is written. Throws `ConnectionLost` before COMMIT was sent and
 * `CommitInDoubt` after.
 */
export async function attemptFlush(
  connection: LaneConnection,
  batch: readonly PendingWork[],
  position: Position,
  keys: FlushKeys,
  turn: Turn,
): Promise<FlushAttempt> {
  const fates = new Map<PendingWork, Fate>();
  const attempt = { connection, batch, position, keys, fates };
  const atOnce = turn === 'at-once' && !batch.some(({ isMover }) => isMover);
  let flush: ComposedFlush | null;
  try {
    flush = await (atOnce ? lockAndWrite(attempt) : lockThenWrite(attempt, turn));
    if (flush !== null && stands(flush, fates)) await writeCold(attempt, flush);
    if (flush === null || !stands(flush, fates)) {
      const left = flush?.rows.works.filter((pending) => !fates.has(pending)) ?? [];
      return await rollBack(connection, fates, left);
    }
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return await refusedByDatabase(connection, batch, fates, error);
  }
  await commit(connection, flush);
  return { durable: flush, fates, left: [], alone: false };
}

interface Attempt {
  readonly connection: LaneConnection;
  readonly batch: readonly PendingWork[];
  readonly position: Position;
  readonly keys: FlushKeys;
  /** Filled as the works are judged. */
  readonly fates: Map<PendingWork, Fate>;
}

/** Everything that was written is to stand. */
function stands(flush: ComposedFlush, fates: ReadonlyMap<PendingWork, Fate>): boolean {
  return !flush.rows.works.some((pending) => fates.has(pending));
}

/** Where somebody may hold what is to be changed: whoever finds it locked is left out, and holds up nobody. */
async function lockThenWrite(attempt: Attempt, turn: Turn): Promise<ComposedFlush | null> {
  const { connection, batch, position, keys, fates } = attempt;
  await connection.command('BEGIN');
  const [first] = batch;
  if (turn === 'wait' && first !== undefined) await takeTurn(connection, first);
  const { holding, fates: unheld } = await lockBasis(connection, batch);
  const { flush, fates: unwritable } = composeFlush(holding, position, keys);
  note(fates, [unheld, unwritable]);
  if (flush !== null) note(fates, [outrun(await writeFlush(connection, flush.rows))]);
  return flush;
}

/**
 * In one round trip, for works that change nothing that others rest on: as good as all of them still stand. Where one
 * does not, nothing of this transaction is kept, and the others are attempted again without it.
 */
async function lockAndWrite(attempt: Attempt): Promise<ComposedFlush | null> {
  const { connection, batch, position, keys, fates } = attempt;
  const { flush, fates: unwritable } = composeFlush(batch, position, keys);
  if (flush === null) return lockThenWrite(attempt, 'skip');
  note(fates, [unwritable]);
  // The first that failed says why; what was sent behind it fails for that.
  const [began, locked, written] = await Promise.allSettled([
    connection.command('BEGIN'),
    lockBasis(connection, batch),
    writeFlush(connection, flush.rows),
  ]);
  if (began.status === 'rejected') throw began.reason;
  if (locked.status === 'rejected') throw locked.reason;
  note(fates, [locked.value.fates]);
  if (written.status === 'rejected') throw written.reason;
  note(fates, [outrun(written.value)]);
  return flush;
}

/** What was found first stays. */
function note(fates: Map<PendingWork, Fate>, found: readonly ReadonlyMap<PendingWork, Fate>[]): void {
  for (const [pending, fate] of found.flatMap((each) => [...each])) {
    if (!fates.has(pending)) fates.set(pending, fate);
  }
}

/**
 * Writes a flush of the journal's own as it was composed: nobody's decision stands in it, so the same signed
 * head may be sent until it is there. Throws as `attemptFlush`, and the driver's error when it is refused.
 */
export async function writeAgain(connection: LaneConnection, flush: ComposedFlush): Promise<void> {
  await connection.command('BEGIN');
  await writeFlush(connection, flush.rows, 'nothing');
  await commit(connection, flush);
}

/** Changes with statements of their own. */
async function writeCold({ connection, keys, fates }: Attempt, flush: ComposedFlush): Promise<void> {
  for (const pending of flush.rows.works) {
    for (const change of pending.work.changes) {
      if (isHot(change)) continue;
      const { name, text, values, untouched, first = null } = coldStatement(change, keys.secrets);
      if (first !== null) await connection.query({ name: first.name, text: first.text }, first.values);
      const rows = await connection.query({ name, text }, values);
      if (rows.length === 0 && untouched !== null && !fates.has(pending)) fates.set(pending, conflict(untouched));
    }
  }
}

function outrun(losers: ReadonlyMap<PendingWork, HotChange>): ReadonlyMap<PendingWork, Fate> {
  return new Map([...losers].map(([pending, { type }]) => [pending, conflict(conflictOf[type])]));
}

/** What it means that somebody else was first. */
const conflictOf = {
  'idempotency-claimed': 'idempotency-key',
  'request-opened': 'unique',
  'request-moved': 'state',
  'event-emitted': 'unique',
} as const satisfies Record<HotChange['type'], string>;

function conflict(what: 'idempotency-key' | 'state' | 'unique'): Fate {
  return { type: 'answered', outcome: { outcome: 'conflict', what } };
}

async function rollBack(
  connection: LaneConnection,
  fates: ReadonlyMap<PendingWork, Fate>,
  left: readonly PendingWork[],
  alone = false,
): Promise<FlushAttempt> {
  await connection.command('ROLLBACK');
  return { durable: null, fates, left, alone };
}

/** Locks that did not come in time, deadlocks and time-outs may go better; any other refusal will be the same again. */
const passing = new Set(['55P03', '57014', '40P01', '40001']);

async function refusedByDatabase(
  connection: LaneConnection,
  batch: readonly PendingWork[],
  fates: ReadonlyMap<PendingWork, Fate>,
  error: pg.DatabaseError,
): Promise<FlushAttempt> {
  const left = batch.filter((pending) => !fates.has(pending));
  const [only, ...others] = batch;
  // What was judged already may have been written too, and be what the database refused.
  if (only === undefined || others.length > 0) return rollBack(connection, fates, left, true);
  return rollBack(connection, new Map([[only, fates.get(only) ?? fateOfError(error)]]), []);
}

/** Of one work alone. The database's own message may hold values and stays in `cause`. */
function fateOfError(error: pg.DatabaseError): Fate {
  if (passing.has(error.code ?? '')) return { type: 'busy', what: 'subject' };
  // A place in the ledger that is taken is no conflict of the caller's: another writes under this identity.
  if (error.code === '23505' && error.table !== 'ledger_flush') return conflict('unique');
  const fault = new Fault('ledger-unavailable', `the database refused an entry or a change (${error.code})`);
  return { type: 'failed', fault };
}

async function commit(connection: LaneConnection, flush: ComposedFlush): Promise<void> {
  let done: string;
  try {
    done = await connection.command('COMMIT');
  } catch (error) {
    // Also an error of the server at COMMIT is only believed after the row was looked for.
    if (error instanceof ConnectionLost || error instanceof pg.DatabaseError) throw new CommitInDoubt(flush, error);
    throw error;
  }
  if (done !== 'COMMIT') throw new CommitInDoubt(flush, new Error(`COMMIT was answered by ${done}`));
}
