import { openCheckpoint } from '../checkpoint.ts';
import { sha256 } from '../encoding.ts';
import type { CheckpointRow } from '../ledger-rows.ts';
import type { LedgerSource } from '../ledger-source.ts';
import { readNote } from '../note.ts';
import { openWitnessed, type WitnessPolicy } from '../witnessed.ts';
import type { NoteTrust } from './checkpoints.ts';
import type { Findings } from './findings.ts';

/** Whom whoever verifies believes beside the log itself. */
export interface OutsideTrust {
  /** null: none are known, and nothing is said of cosignatures. */
  readonly witnesses?: WitnessPolicy | null;
  /** Whether an RFC 3161 token dates something with this SHA-256; null: no authority is known. */
  readonly isTimestamp?: ((token: Buffer, digest: Buffer) => boolean) | null;
}

/** What others elsewhere said of the checkpoints. Returns the largest size that the quorum saw; null without a policy. */
export async function checkWitnesses(
  source: LedgerSource,
  rows: readonly CheckpointRow[],
  trust: OutsideTrust & NoteTrust,
  findings: Findings,
): Promise<number | null> {
  await checkTimestamps(source, rows, trust, findings);
  const { witnesses = null, origin, checkpointKeys } = trust;
  if (witnesses === null) {
    findings.notChecked('cosignatures', 'no witnesses were named');
    return null;
  }
  let witnessed = 0;
  let largest = 0;
  for (const { note } of rows) {
    const checkpoint = openCheckpoint(note, origin, ...checkpointKeys);
    if (checkpoint === null) continue;
    largest = Math.max(largest, checkpoint.size);
    const seen = openWitnessed(note, origin, checkpointKeys, { ...witnesses, quorum: 0 });
    if (seen === null) findings.problem('witness', `checkpoint/${checkpoint.size}`);
    else {
      findings.checked.cosignatures += seen.cosigners.length;
      if (seen.cosigners.length >= witnesses.quorum) witnessed = Math.max(witnessed, checkpoint.size);
    }
  }
  if (largest > 0 && witnessed === 0) findings.problem('witness', `checkpoint/${largest}`);
  else if (witnessed < largest) findings.note('unwitnessed', `tree/${witnessed}–${largest - 1}`);
  return witnessed;
}

async function checkTimestamps(
  source: LedgerSource,
  rows: readonly CheckpointRow[],
  { isTimestamp = null }: OutsideTrust,
  findings: Findings,
): Promise<void> {
  const tokens = await source.timestamps();
  if (tokens.length > 0 && isTimestamp === null) {
    findings.notChecked('timestamps', 'no authority was named');
    return;
  }
  for (const { size, token } of tokens) {
    const row = rows.find(({ stored }) => stored?.size === size);
    findings.checked.timestamps += 1;
    const text = row === undefined ? null : readNote(row.note)?.text;
    const isDated = typeof text === 'string' && isTimestamp?.(token, sha256(text)) === true;
    if (!isDated) findings.problem('timestamp', `timestamps/${size}`);
  }
}
