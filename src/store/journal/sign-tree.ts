import type pg from 'pg';
import { z } from 'zod';
import { type Checkpoint, cosignCheckpoint, openCheckpoint, signCheckpoint } from '../../core/ledger/checkpoint.ts';
import { consistencyRanges, rootOf } from '../../core/ledger/merkle.ts';
import { isConsistent, type SizedRoot } from '../../core/ledger/merkle-check.ts';
import type { CheckpointStore, LedgerSigner } from '../../core/ledger/ports.ts';
import { query, transaction } from '../pool.ts';
import { noteVerifiers } from './key-ring.ts';
import { holdsLease, type Lease, leaseStands } from './lease.ts';
import { LedgerAlarm, orDamaged } from './ledger-alarm.ts';
import { frontierOf, hashesOf, treeSize } from './stored-tree.ts';

export interface CheckpointDuty {
  readonly pool: pg.Pool;
  readonly signer: LedgerSigner;
  /** Sign beside it, while one key replaces another. Default: none. */
  readonly cosigners?: () => readonly LedgerSigner[];
  /** Raw keys that signed before, and may have signed the last note. Default: none. */
  readonly formerKeys?: () => readonly Buffer[];
  /** Name of the log and of its key. */
  readonly origin: string;
  /** Adds what is signed in another way, such as with ML-DSA-44, to a note that the log signed. Default: nothing. */
  readonly countersign?: (note: string, checkpoint: Checkpoint) => string;
  /** Whether nobody else must see a checkpoint before it counts as witnessed. Default: true. */
  readonly witnessedAtOnce?: boolean;
  /** Outside the database. */
  readonly store: CheckpointStore;
}

const saveStatement = {
  name: 'ledger-save-checkpoint',
  text: `INSERT INTO ledger_checkpoint (size, root, note, at, witnessed, witnessed_at)
    SELECT $1, $2, $3, now, $4, CASE WHEN $4 THEN now END FROM clock_timestamp() AS now ON CONFLICT DO NOTHING`,
};

const largestStatement = {
  name: 'ledger-largest-checkpoint',
  text: 'SELECT size, root FROM ledger_checkpoint ORDER BY size DESC LIMIT 1',
};

const largestRow = z.strictObject({ size: z.coerce.number(), root: z.instanceof(Buffer) });

/**
 * Signs the tree as it stands, if it continues the last checkpoint outside the database, and publishes
 * the note there before the database has it. False: another was first or has the lease now, to be done
 * again. Throws `LedgerAlarm` when it does not continue it, and `Fault('database-unavailable')`.
 */
export async function signTree(duty: CheckpointDuty, lease: Lease): Promise<boolean> {
  // Before the store: whatever the database has by now was published there first.
  const saved = await largestSaved(duty.pool);
  const lastNote = await duty.store.read();
  const last = lastNote === null ? null : readLast(duty, lastNote, saved);
  insistOnLatest(saved, last);
  const size = await treeSize(duty.pool);
  const root = await orDamaged(last?.size ?? 0, async () => rootOf(await frontierOf(duty.pool, size)));
  const next: Checkpoint = { origin: duty.origin, size, root };
  if (last !== null) await insistOnContinuation(duty.pool, last, next);
  if (last !== null && last.size === size) return save(duty, last, lastNote ?? '', lease);
  if (size === 0) return true;

  // Whoever slept until here signs nothing: another may have gone on meanwhile.
  if (!(await leaseStands(duty.pool, lease))) return false;
  const note = signWithAll(duty, next);
  if (!(await duty.store.swap(lastNote, note))) return false;
  return save(duty, next, note, lease);
}

function signWithAll(duty: CheckpointDuty, next: Checkpoint): string {
  const { origin, signer, cosigners = () => [], countersign = (note) => note } = duty;
  const key = ({ publicKey }: LedgerSigner) => ({ name: origin, publicKey });
  const note = signCheckpoint(next, key(signer), signer.sign);
  const signed = cosigners().reduce((before, other) => cosignCheckpoint(before, key(other), other.sign), note);
  return countersign(signed, next);
}

function readLast(
  { origin, signer, cosigners = () => [], formerKeys = () => [] }: CheckpointDuty,
  note: string,
  saved: SizedRoot | null,
): Checkpoint {
  const signers = [signer, ...cosigners()].map(({ publicKey }) => publicKey);
  const checkpoint = openCheckpoint(note, origin, ...noteVerifiers(origin, [...signers, ...formerKeys()]));
  if (checkpoint !== null) return checkpoint;
  const what = 'the last checkpoint outside the database is not ours or is damaged';
  throw new LedgerAlarm('store-unreadable', what, saved?.size ?? 0);
}

/** What the database says was signed cannot be more than what was published: then that is an old or another copy. */
function insistOnLatest(saved: SizedRoot | null, last: SizedRoot | null): void {
  if (saved === null) return;
  if (last === null) {
    const what = 'checkpoints were signed before, but the last one outside the database is gone';
    throw new LedgerAlarm('store-empty', what, saved.size);
  }
  if (last.size < saved.size) {
    const what = `a checkpoint of ${saved.size} entries was signed, but the last one outside the database is of ${last.size}`;
    throw new LedgerAlarm('store-behind', what, saved.size);
  }
  if (last.size === saved.size && !last.root.equals(saved.root)) {
    const what = `the checkpoint of ${saved.size} entries in the database is not the one outside it`;
    throw new LedgerAlarm('history-differs', what, saved.size);
  }
}

async function insistOnContinuation(pool: pg.Pool, last: Checkpoint, next: Checkpoint): Promise<void> {
  if (next.size < last.size) {
    const what = `the ledger has ${next.size} entries, but ${last.size} were signed: entries are gone`;
    throw new LedgerAlarm('entries-gone', what, last.size);
  }
  const isProved = last.size > 0 && last.size < next.size;
  const ranges = isProved ? consistencyRanges(last.size, next.size) : [];
  const path = await orDamaged(last.size, () => hashesOf(pool, ranges));
  if (!isConsistent(last, next, path)) {
    const what = `the first ${last.size} entries of the ledger are not the ones that were signed`;
    throw new LedgerAlarm('history-differs', what, last.size);
  }
}

async function largestSaved(pool: pg.Pool): Promise<SizedRoot | null> {
  const [row] = await query(pool, largestStatement, []);
  return row === undefined ? null : largestRow.parse(row);
}

/** Idempotent: also after a crash between publishing and saving, the note gets its row. */
async function save(
  { pool, witnessedAtOnce = true }: CheckpointDuty,
  { size, root }: Checkpoint,
  note: string,
  lease: Lease,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const mayWrite = await holdsLease(client, lease);
    if (mayWrite) await query(client, saveStatement, [size, root, note, witnessedAtOnce]);
    return mayWrite;
  });
}
