import { type Checkpoint, type NoteVerifier, openCheckpoint, readCheckpoint } from '../core/ledger/checkpoint.ts';
import { isConsistent, type SizedRoot } from '../core/ledger/merkle-check.ts';
import { readNote } from '../core/ledger/note.ts';
import type { AddCheckpoint } from './add-checkpoint.ts';

/** A log that a witness knows. */
export interface WitnessedLog {
  readonly origin: string;
  /** More than one while a key of the log is replaced. */
  readonly keys: readonly NoteVerifier[];
}

/** Why a witness does not cosign. */
export type Refusal =
  /** The note cannot be read. */
  | { readonly why: 'malformed' }
  | { readonly why: 'unknown-log' }
  /** No key of the log signed it, or one of them did not. */
  | { readonly why: 'untrusted' }
  /** It claims to continue a tree that is larger than itself. */
  | { readonly why: 'shrinks' }
  /** Nothing is wrong: the log does not know which size was cosigned last. */
  | { readonly why: 'other-size'; readonly size: number }
  /** INVARIANT: only with two notes that the log signed: another root for the size that was cosigned. */
  | { readonly why: 'forked'; readonly size: number }
  /** The proof does not show that it continues what was cosigned: a fork, or a proof by somebody who has none. */
  | { readonly why: 'not-proved' };

/** The log of a note, by its first line. */
export function logOf(note: string, logs: ReadonlyMap<string, WitnessedLog>): WitnessedLog | Refusal {
  const signed = readNote(note);
  const claimed = signed === null ? null : readCheckpoint(signed.text);
  if (claimed === null) return { why: 'malformed' };
  return logs.get(claimed.origin) ?? { why: 'unknown-log' };
}

/**
 * Whether a witness that cosigned `last` may cosign this one, in the order that C2SP tlog-witness gives. A checkpoint
 * may be cosigned again: that says that nothing newer was seen since.
 */
export function judgeCheckpoint(asked: AddCheckpoint, log: WitnessedLog, last: SizedRoot | null): Checkpoint | Refusal {
  const checkpoint = openCheckpoint(asked.note, log.origin, ...log.keys);
  if (checkpoint === null) return { why: 'untrusted' };
  if (asked.old > checkpoint.size) return { why: 'shrinks' };
  const size = last?.size ?? 0;
  if (asked.old !== size) return { why: 'other-size', size };
  if (last !== null && size === checkpoint.size && !last.root.equals(checkpoint.root)) return { why: 'forked', size };
  return isConsistent(last ?? { size: 0, root: checkpoint.root }, checkpoint, asked.proof)
    ? checkpoint
    : { why: 'not-proved' };
}
