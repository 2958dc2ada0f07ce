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
  turn: 'skip' | 'wait',
): Promise<FlushAttempt> {
  const fates = new Map<PendingWork, Fate>();
  let flush: ComposedFlush | null = null;
  try {
    await connection.command('BEGIN');
    const [first] = batch;
    if (turn === 'wait' && first !== undefined) await takeTurn(connection, first);
    const basis = await lockBasis(connection, batch);
    const composed = composeFlush(basis.holding, position, keys);
    for (const [pending, fate] of [...basis.fates, ...composed.fates]) fates.set(pending, fate);
    flush = composed.flush;
    if (flush === null) return await rollBack(connection, fates, []);

    const losers = await writeChanges(connection, flush, keys);
    if (losers.size > 0) {
      const left = flush.rows.works.filter((pending) => !losers.has(pending));
      return await rollBack(connection, new Map([...fates, ...losers]), left);
    }
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return await refusedByDatabase(connection, batch, fates, error);
  }
  await commit(connection, flush);
  return { durable: flush, fates, left: [], alone: false };
}

/**
 * Writes a flush of the journal's own as it was composed: nobody's decision stands in it, so the same signed
 * head may be sent until it is there. Throws as `attemptFlush`, and the driver's error when it is refused.
 */
export async function writeAgain(connection: LaneConnection, flush: ComposedFlush): Promise<void> {
  await connection.command('BEGIN');
  await writeFlush(connection, flush.rows);
  await commit(connection, flush);
}

async function writeChanges(
  connection: LaneConnection,
  flush: ComposedFlush,
  { secrets }: FlushKeys,
): Promise<ReadonlyMap<PendingWork, Fate>> {
  const losers = new Map<PendingWork, Fate>();
  for (const [pending, change] of await writeFlush(connection, flush.rows)) {
    losers.set(pending, conflict(conflictOf[change.type]));
  }
  for (const pending of flush.rows.works) {
    for (const change of pending.work.changes) {
      if (isHot(change)) continue;
      const { name, text, values, untouched, first = null } = coldStatement(change, secrets);
      if (first !== null) await connection.query({ name: first.name, text: first.text }, first.values);
      const rows = await connection.query({ name, text }, values);
      if (rows.length === 0 && untouched !== null && !losers.has(pending)) losers.set(pending, conflict(untouched));
    }
  }
  return losers;
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
  const [only] = left;
  if (left.length > 1 || only === undefined) return rollBack(connection, fates, left, true);
  return rollBack(connection, new Map([...fates, [only, fateOfError(error)]]), []);
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
