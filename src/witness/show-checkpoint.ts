import type { Checkpoint } from '../core/ledger/checkpoint.ts';
import { type Asking, askWitness, type WitnessAnswer } from './ask-witness.ts';

/** What came of showing a checkpoint to a witness. */
export type Shown =
  /** `rolledBack`: it remembered less than it cosigned before: somebody put an old state in its place. */
  | { readonly came: 'cosigned'; readonly line: string; readonly rolledBack: boolean }
  /** It has seen more of this log than there is, or another tree of this size or of one before it. */
  | { readonly came: 'forked'; readonly size: number }
  /** It has cosigned something newer, which another gateway showed it. */
  | { readonly came: 'newer'; readonly size: number }
  /** It does not know this log, or not its key. */
  | { readonly came: 'unknown' }
  /** It does not answer, or what it says is no answer. */
  | { readonly came: 'away' };

export interface Showing extends Asking {
  readonly note: string;
  readonly checkpoint: Checkpoint;
  /** The size that it cosigned last, as far as is known here; 0: nothing. */
  readonly known: number;
  /** RFC 6962 consistency of two sizes of this tree, from 1 up. */
  readonly prove: (older: number, newer: number) => Promise<readonly Buffer[]>;
  /** How large this tree is by now. */
  readonly size: () => Promise<number>;
}

/** Shows it with a proof from what is known; where the witness has another size, once more with a proof from there. */
export async function showCheckpoint(showing: Showing): Promise<Shown> {
  const { size } = showing.checkpoint;
  const old = Math.min(showing.known, size);
  const first = await ask(old, showing);
  if (first.says !== 'has') return cameOf(first, old, false);
  if (first.size === old) return conflict(old, size);
  // What nobody here has ever had, a witness cannot have from here.
  if (first.size > size) return { came: first.size > (await showing.size()) ? 'forked' : 'newer', size: first.size };
  const second = await ask(first.size, showing);
  if (second.says !== 'has') return cameOf(second, first.size, first.size < showing.known);
  return second.size === first.size ? conflict(second.size, size) : { came: 'newer', size: second.size };
}

/** Asked from the size that it has, it says that it has that size: another tree of it, or else nonsense. */
function conflict(old: number, size: number): Shown {
  return old === size ? { came: 'forked', size } : { came: 'away' };
}

async function ask(old: number, showing: Showing): Promise<WitnessAnswer> {
  const { note, checkpoint, prove } = showing;
  const proof = old > 0 && old < checkpoint.size ? await prove(old, checkpoint.size) : [];
  return askWitness({ old, proof, note }, checkpoint, showing);
}

function cameOf(answer: Exclude<WitnessAnswer, { says: 'has' }>, old: number, rolledBack: boolean): Shown {
  if (answer.says === 'cosigned') return { came: 'cosigned', line: answer.line, rolledBack };
  if (answer.says === 'does-not-continue') return { came: 'forked', size: old };
  return { came: answer.says === 'does-not-know' ? 'unknown' : 'away' };
}
