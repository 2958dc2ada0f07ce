import { fromBase64, sha256 } from './encoding.ts';
import type { SizedRoot } from './merkle-check.ts';
import type { CheckSignature } from './ports.ts';

/** C2SP tlog-checkpoint: origin, size and root of a tree, in a C2SP signed note. */
export interface Checkpoint extends SizedRoot {
  /** Name of the log; by convention also the name of its key. */
  readonly origin: string;
}

/** An Ed25519 key that signs notes under a name. */
export interface NoteKey {
  readonly name: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Buffer;
}

export interface NoteVerifier extends NoteKey {
  readonly check: CheckSignature;
}

const ed25519Algorithm = Buffer.of(0x01);
const maxSignatures = 100;

/** Key id of C2SP signed-note: the first four bytes of SHA-256 over name, newline, algorithm and key. */
export function noteKeyId(key: NoteKey): Buffer {
  return sha256(key.name, '\n', ed25519Algorithm, key.publicKey).subarray(0, 4);
}

/** Verifier key text of C2SP signed-note, as witnesses take it: `name+hex id+base64 key`. */
export function noteVerifierKey(key: NoteKey): string {
  const material = Buffer.concat([ed25519Algorithm, key.publicKey]).toString('base64');
  return `${key.name}+${noteKeyId(key).toString('hex')}+${material}`;
}

/** The signed part of the note: three lines, newline included. Throws `TypeError` for an origin that is no key name. */
export function checkpointText(checkpoint: Checkpoint): string {
  if (!isKeyName(checkpoint.origin)) throw new TypeError('an origin has no spaces, no plus sign and is not empty');
  return `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toString('base64')}\n`;
}

export function signCheckpoint(checkpoint: Checkpoint, key: NoteKey, sign: (message: Buffer) => Buffer): string {
  const text = checkpointText(checkpoint);
  return `${text}\n${signatureLine(text, key, sign)}`;
}

/** The same note with one more signature, for readers who know that key and not the others. */
export function cosignCheckpoint(note: string, key: NoteKey, sign: (message: Buffer) => Buffer): string {
  const text = splitNote(note)?.text;
  if (text === undefined) throw new TypeError('not a signed note');
  return `${note}${signatureLine(text, key, sign)}`;
}

function signatureLine(text: string, key: NoteKey, sign: (message: Buffer) => Buffer): string {
  const signature = Buffer.concat([noteKeyId(key), sign(Buffer.from(text))]);
  return `— ${key.name} ${signature.toString('base64')}\n`;
}

/**
 * The checkpoint of a note that a trusted key signed, or null. Strict: an unreadable line, another
 * origin, no signature by a trusted key, or a bad one beside a good one, and the note counts for
 * nothing. Signatures by keys that are not known say nothing either way.
 */
export function openCheckpoint(note: string, origin: string, ...trusted: readonly NoteVerifier[]): Checkpoint | null {
  const parts = splitNote(note);
  if (parts === null) return null;
  let isSigned = false;
  for (const key of trusted) {
    const keyId = noteKeyId(key);
    for (const signature of parts.signatures) {
      if (signature.name !== key.name || !signature.keyId.equals(keyId)) continue;
      if (!key.check(Buffer.from(parts.text), signature.bytes)) return null;
      isSigned = true;
    }
  }
  if (!isSigned) return null;
  const checkpoint = readCheckpoint(parts.text);
  return checkpoint?.origin === origin ? checkpoint : null;
}

interface NoteSignature {
  readonly name: string;
  readonly keyId: Buffer;
  readonly bytes: Buffer;
}

function splitNote(note: string): { readonly text: string; readonly signatures: readonly NoteSignature[] } | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note may hold no control character but newline
  if (!note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f\u007f]/.test(note) || !note.endsWith('\n')) return null;
  const border = note.lastIndexOf('\n\n');
  if (border < 0) return null;
  const lines = note.slice(border + 2, -1).split('\n');
  if (lines.length > maxSignatures) return null;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = readSignature(line);
    if (signature === null) return null;
    signatures.push(signature);
  }
  return { text: note.slice(0, border + 1), signatures };
}

function readSignature(line: string): NoteSignature | null {
  const match = /^— (\S+) (\S+)$/.exec(line);
  const [, name = '', encoded = ''] = match ?? [];
  const bytes = fromBase64(encoded);
  if (!isKeyName(name) || bytes === null || bytes.length < 5) return null;
  return { name, keyId: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
}

/** Extension lines are allowed after the root and carry no meaning here; an empty one is not. */
function readCheckpoint(text: string): Checkpoint | null {
  const [origin = '', sizeLine = '', rootLine = '', ...rest] = text.split('\n');
  if (rest.pop() !== '' || rest.includes('') || !isKeyName(origin)) return null;
  const size = /^(0|[1-9][0-9]{0,15})$/.test(sizeLine) ? Number(sizeLine) : Number.NaN;
  const root = fromBase64(rootLine);
  if (!Number.isSafeInteger(size) || root === null || root.length !== 32) return null;
  return { origin, size, root };
}

function isKeyName(name: string): boolean {
  return /^[^\s+]+$/.test(name);
}
