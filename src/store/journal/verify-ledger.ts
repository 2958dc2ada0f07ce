import type pg from 'pg';
import type { NoteVerifier } from '../../core/ledger/checkpoint.ts';
import type { MarkFile } from '../../core/ledger/ledger-source.ts';
import type { CheckpointStore } from '../../core/ledger/ports.ts';
import {
  type LedgerReport,
  type LedgerTrust,
  type OnProgress,
  verifyLedger,
} from '../../core/ledger/verify/verify-ledger.ts';
import { withStoredLedger } from './stored-ledger.ts';

export interface VerifyLedgerOptions extends Partial<Omit<LedgerTrust, 'checkpointKeys'>> {
  /** A login that may read the ledger. */
  readonly pool: pg.Pool;
  /** Keys of the instances: best from outside the database, whose owner could add one. */
  readonly keys: LedgerTrust['keys'];
  /** Name of the log, and its checkpoint key. */
  readonly origin: string;
  readonly checkpointKey: NoteVerifier;
  /** Keys that signed checkpoints before it. */
  readonly formerCheckpointKeys?: readonly NoteVerifier[];
  /** Where the last checkpoint stands outside the database. */
  readonly store?: Pick<CheckpointStore, 'read'>;
  /** High-water marks outside the database. */
  readonly readMarks?: () => Promise<readonly MarkFile[]>;
  readonly onProgress?: OnProgress;
}

/**
 * Reads the whole ledger at one point in time, in pages, and recomputes everything from its leaves.
 * The gateways work on meanwhile. Throws `Fault('database-unavailable')`.
 */
export function verifyStoredLedger(options: VerifyLedgerOptions): Promise<LedgerReport> {
  const { pool, store, readMarks, checkpointKey, formerCheckpointKeys = [], onProgress, ...trust } = options;
  const outside = async () => ({ note: (await store?.read()) ?? null, marks: (await readMarks?.()) ?? [] });
  const checkpointKeys = [checkpointKey, ...formerCheckpointKeys];
  return withStoredLedger(pool, outside, (source) =>
    verifyLedger(source, { notes: [], signatures: true, ...trust, checkpointKeys }, onProgress),
  );
}
