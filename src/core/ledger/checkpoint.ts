import { verifyCosignature } from './cosignature.ts';
import { fromBase64 } from './encoding.ts';
import type { SizedRoot } from './merkle-check.ts';
import { isBy, readNote, type SignedNote, signatureLine } from './note.ts';
import type { CheckSignature } from './ports.ts';
import { isKeyName, signatureTypes, type VerifierKey, verifierKeyId, writeVerifierKey } from './verifier-key.ts';

/** C2SP tlog-checkpoint: origin, size and root of a tree, in a C2SP signed note. */
export interface Checkpoint extends SizedRoot {
  /** Name of the log; by convention also the name of its key. */
  readonly origin: string;
}

/** A key that signs checkpoints under the name of its log. */
export interface NoteKey {
  readonly name: string;
  /** Raw public key: 32 bytes for Ed25519; 1312 for the ML-DSA-44 key that may sign beside it. */
  readonly publicKey: Buffer;
}

export interface NoteVerifier extends NoteKey {
  readonly check: CheckSignature;
}

export function noteKeyId(key: NoteKey): Buffer {
  return verifierKeyId(logKey(key));
}

/** Verifier key text of C2SP signed-note, as witnesses take it. */
export function noteVerifierKey(key: NoteKey): string {
  return writeVerifierKey(logKey(key));
}

/** The signed part of the note: three lines, newline included. Throws `TypeError` for an origin that is no key name. */
export function checkpointText(checkpoint: Checkpoint): string {
  if (!isKeyName(checkpoint.origin)) throw new TypeError('an origin has no spaces, no plus sign and is not empty');
  return `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toString('base64')}\n`;
}

export function signCheckpoint(checkpoint: Checkpoint, key: NoteKey, sign: (message: Buffer) => Buffer): string {
  const text = checkpointText(checkpoint);
  return `${text}\n${signatureLine(logKey(key), sign(Buffer.from(text)))}`;
}

/** The same note with one more Ed25519 signature of the log, for readers who know that key and not the others. */
export function cosignCheckpoint(note: string, key: NoteKey, sign: (message: Buffer) => Buffer): string {
  const text = readNote(note)?.text;
  if (text === undefined) throw new TypeError('not a signed note');
  return `${note}${signatureLine(logKey(key), sign(Buffer.from(text)))}`;
}

/**
 * The checkpoint of a note that a trusted Ed25519 key of the log signed, or null. Strict: an unreadable
 * line, another origin, no signature by a trusted key, or a bad one beside a good one, and the note counts
 * for nothing. A known ML-DSA-44 key of the log is checked where it signed, and never enough by itself.
 * Signatures by keys that are not known say nothing either way.
 */
export function openCheckpoint(note: string, origin: string, ...trusted: readonly NoteVerifier[]): Checkpoint | null {
  const signed = readNote(note);
  const checkpoint = signed === null ? null : readCheckpoint(signed.text);
  if (signed === null || checkpoint?.origin !== origin) return null;
  return isSignedBy(signed, checkpoint, trusted) ? checkpoint : null;
}

/** What the text of a note says, whoever signed it. Extension lines are allowed and carry no meaning here; an empty one is not. */
export function readCheckpoint(text: string): Checkpoint | null {
  const [origin = '', sizeLine = '', rootLine = '', ...rest] = text.split('\n');
  if (rest.pop() !== '' || rest.includes('') || !isKeyName(origin)) return null;
  const size = /^(0|[1-9][0-9]{0,15})$/.test(sizeLine) ? Number(sizeLine) : Number.NaN;
  const root = fromBase64(rootLine);
  if (!Number.isSafeInteger(size) || root === null || root.length !== 32) return null;
  return { origin, size, root };
}

function isSignedBy(note: SignedNote, checkpoint: Checkpoint, trusted: readonly NoteVerifier[]): boolean {
  let isSigned = false;
  for (const verifier of trusted) {
    const key = logKey(verifier);
    for (const signature of note.signatures.filter((candidate) => isBy(candidate, key))) {
      if (key.type === signatureTypes.ed25519) {
        if (!verifier.check(Buffer.from(note.text), signature.bytes)) return false;
        isSigned = true;
      } else if (verifyCosignature(signature, { ...key, check: verifier.check }, note.text, checkpoint) === null) {
        return false;
      }
    }
  }
  return isSigned;
}

function logKey({ name, publicKey }: NoteKey): VerifierKey {
  const type = publicKey.length === 32 ? signatureTypes.ed25519 : signatureTypes.mlDsa44Cosignature;
  return { name, type, publicKey };
}
