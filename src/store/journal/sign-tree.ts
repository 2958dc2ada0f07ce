import type pg from 'pg';
import { z } from 'zod';
import { type Checkpoint, cosignCheckpoint, openCheckpoint, signCheckpoint } from '../../core/ledger/checkpoint.ts';
import { consistencyRanges, rootOf } from '../../core/ledger/merkle.ts';
import { isConsistent } from '../../core/ledger/merkle-check.ts';
import type { CheckpointStore, LedgerSigner } from '../../core/ledger/ports.ts';
import { query, transaction } from '../pool.ts';
import { noteVerifiers } from './key-ring.ts';
import { holdsLease, type Lease } from './lease.ts';
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
  /** Outside the database. */
  readonly store: CheckpointStore;
}

/** The ledger in the database is not a continuation of what was signed: nothing may be signed any more. */
class LedgerAlarm extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LedgerAlarm';
  }
}

const saveStatement = {
  name: 'ledger-save-checkpoint',
  text: 'INSERT INTO ledger_checkpoint (size, root, note, at) VALUES ($1, $2, $3, clock_timestamp()) ON CONFLICT DO NOTHING',
};

const anyStatement = {
  name: 'ledger-any-checkpoint',
  text: 'SELECT EXISTS (SELECT 1 FROM ledger_checkpoint) AS any',
};

/**
 * Signs the tree as it stands, if it continues the last checkpoint outside the database, and publishes
 * the note there before the database has it. False: another was first, to be done again. Throws
 * `LedgerAlarm` when it does not continue it.
 */
export async function signTree(duty: CheckpointDuty, lease: Lease): Promise<boolean> {
  const lastNote = await duty.store.read();
  const last = lastNote === null ? null : readLast(duty, lastNote);
  if (lastNote === null && (await hasCheckpoints(duty.pool))) {
    throw new LedgerAlarm('checkpoints were signed before, but the last one outside the database is gone');
  }
  const size = await treeSize(duty.pool);
  const root = rootOf(await frontierOf(duty.pool, size));
  const next: Checkpoint = { origin: duty.origin, size, root };
  if (last !== null) await insistOnContinuation(duty.pool, last, next);
  if (last !== null && last.size === size) return save(duty.pool, last, lastNote ?? '', lease);
  if (size === 0) return true;

  const note = signWithAll(duty, next);
  if (!(await duty.store.swap(lastNote, note))) return false;
  return save(duty.pool, next, note, lease);
}

function signWithAll({ origin, signer, cosigners = () => [] }: CheckpointDuty, next: Checkpoint): string {
  const key = ({ publicKey }: LedgerSigner) => ({ name: origin, publicKey });
  const note = signCheckpoint(next, key(signer), signer.sign);
  return cosigners().reduce((signed, other) => cosignCheckpoint(signed, key(other), other.sign), note);
}

function readLast(
  { origin, signer, cosigners = () => [], formerKeys = () => [] }: CheckpointDuty,
  note: string,
): Checkpoint {
  const signers = [signer, ...cosigners()].map(({ publicKey }) => publicKey);
  const checkpoint = openCheckpoint(note, origin, ...noteVerifiers(origin, [...signers, ...formerKeys()]));
  if (checkpoint === null) throw new LedgerAlarm('the last checkpoint outside the database is not ours or is damaged');
  return checkpoint;
}

async function insistOnContinuation(pool: pg.Pool, last: Checkpoint, next: Checkpoint): Promise<void> {
  if (next.size < last.size) {
    throw new LedgerAlarm(`the ledger has ${next.size} entries, but ${last.size} were signed: entries are gone`);
  }
  const isProved = last.size > 0 && last.size < next.size;
  const path = isProved ? await hashesOf(pool, consistencyRanges(last.size, next.size)) : [];
  if (!isConsistent(last, next, path)) {
    throw new LedgerAlarm(`the first ${last.size} entries of the ledger are not the ones that were signed`);
  }
}

async function hasCheckpoints(pool: pg.Pool): Promise<boolean> {
  const [row] = await query(pool, anyStatement, []);
  return z.strictObject({ any: z.boolean() }).parse(row).any;
}

/** Idempotent: also after a crash between publishing and saving, the note gets its row. */
async function save(pool: pg.Pool, { size, root }: Checkpoint, note: string, lease: Lease): Promise<boolean> {
  return transaction(pool, async (client) => {
    const mayWrite = await holdsLease(client, lease);
    if (mayWrite) await query(client, saveStatement, [size, root, note]);
    return mayWrite;
  });
}
