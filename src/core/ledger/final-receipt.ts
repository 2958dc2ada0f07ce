import { z } from 'zod';
import { ok, type Result, refuse } from '../result.ts';
import { type NoteVerifier, noteKeyId, openCheckpoint, readCheckpoint } from './checkpoint.ts';
import type { Leaf, Opening } from './entry.ts';
import { readLeaf } from './leaf.ts';
import { rootFromInclusion } from './merkle-check.ts';
import { readNote, type SignedNote } from './note.ts';
import { areOpened, openingsForm } from './opened-values.ts';
import { readTlogProof, type TlogProof, writeTlogProof } from './tlog-proof.ts';
import { leafHash } from './tree-hash.ts';
import { noWitnesses, openWitnessed, type WitnessedCheckpoint, type WitnessPolicy } from './witnessed.ts';

/**
 * Receipt, version 2: final. Proves offline that this leaf stands in the one log that the witnesses of its
 * checkpoint saw: leaf → RFC 6962 root of the whole tree → signed and cosigned checkpoint.
 */
export interface FinalReceipt {
  readonly v: 2;
  /** The exact canonical leaf text. */
  readonly leaf: string;
  readonly openings: readonly Opening[];
  /** C2SP tlog-proof. */
  readonly proof: string;
}

/**
 * Why a final receipt proves nothing.
 * - `malformed`: not a receipt of version 2, or its leaf, proof or checkpoint is not as it must be
 * - `unknown-key`: no key that the reader trusts for this log signed the checkpoint
 * - `bad-signature`: a signature that says to be by a trusted key is not over this checkpoint
 * - `unwitnessed`: fewer of the reader's witnesses cosigned the checkpoint than must have, or one of them did not
 *   sign what stands under its name
 * - `misplaced`: the leaf does not stand where the proof says
 * - `bad-opening`: an opened value is not what the leaf commits to
 */
export type FinalReceiptProblem =
  | 'malformed'
  | 'unknown-key'
  | 'bad-signature'
  | 'unwitnessed'
  | 'misplaced'
  | 'bad-opening';

/** Whom the reader of a final receipt believes. */
export interface ReceiptTrust {
  /** Keys of a log by its origin. */
  readonly logKeys: (origin: string) => readonly NoteVerifier[];
  /** null: the reader knows no witnesses, and then nothing is said of them. */
  readonly witnesses: WitnessPolicy | null;
}

export interface ProvedEntry {
  readonly leaf: Leaf;
  /** Position in the tree, from 0. */
  readonly index: number;
  readonly checkpoint: WitnessedCheckpoint;
}

const receiptForm = z.strictObject({ v: z.literal(2), leaf: z.string(), openings: openingsForm, proof: z.string() });

/** Puts together the final receipt of a leaf and what a reader may open of it. */
export function writeFinalReceipt(leaf: string, openings: readonly Opening[], proof: TlogProof): FinalReceipt {
  return { v: 2, leaf, openings, proof: writeTlogProof(proof) };
}

/** Offline: the entry that a final receipt proves to stand in the log, with nothing but public keys. Never throws. */
export function verifyFinalReceipt(
  receipt: unknown,
  { logKeys, witnesses }: ReceiptTrust,
): Result<ProvedEntry, FinalReceiptProblem> {
  const parsed = receiptForm.safeParse(receipt);
  if (!parsed.success) return refuse('malformed');
  const leaf = readLeaf(parsed.data.leaf);
  const proof = readTlogProof(parsed.data.proof);
  const note = proof && readNote(proof.checkpoint);
  const said = note && readCheckpoint(note.text);
  if (leaf === null || proof === null || note === null || said === null) return refuse('malformed');

  const keys = logKeys(said.origin);
  const checkpoint = openWitnessed(proof.checkpoint, said.origin, keys, witnesses ?? noWitnesses);
  if (checkpoint === null) return refuse(noteProblem(proof.checkpoint, note, keys, said.origin));
  const root = rootFromInclusion(leafHash(parsed.data.leaf), proof.index, checkpoint.size, proof.path);
  if (root?.equals(checkpoint.root) !== true) return refuse('misplaced');
  if (!areOpened(leaf, parsed.data.openings)) return refuse('bad-opening');
  return ok({ leaf, index: proof.index, checkpoint });
}

/** Why a note that is in order is not believed. */
function noteProblem(
  text: string,
  { signatures }: SignedNote,
  keys: readonly NoteVerifier[],
  origin: string,
): FinalReceiptProblem {
  if (openCheckpoint(text, origin, ...keys) !== null) return 'unwitnessed';
  const known = keys.map(noteKeyId);
  const isKnown = signatures.some(({ name, keyId }) => name === origin && known.some((id) => id.equals(keyId)));
  return isKnown ? 'bad-signature' : 'unknown-key';
}
