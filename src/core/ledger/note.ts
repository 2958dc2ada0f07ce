import { fromBase64 } from './encoding.ts';
import { isKeyName, type VerifierKey, verifierKeyId } from './verifier-key.ts';

/** C2SP signed-note: a text that ends in a newline, an empty line, and one or more signature lines. */
export interface SignedNote {
  /** What is signed, final newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes; with the name, it says which key signed and how. */
  readonly keyId: Buffer;
  /** What follows the key id, at least one byte. */
  readonly bytes: Buffer;
  /** As it was read, newline included. */
  readonly line: string;
}

/** More than any log with witnesses needs, and a bound for whoever must check them all. */
const maxSignatures = 100;

/** The parts of a note, or null when a byte of it is not as it must be. Nothing is verified by it. */
export function readNote(note: string): SignedNote | null {
  if (!isNoteText(note)) return null;
  const border = note.lastIndexOf('\n\n');
  if (border < 0) return null;
  const signatures = readSignatureLines(note.slice(border + 2));
  return signatures === null ? null : { text: note.slice(0, border + 1), signatures };
}

/** One or more signature lines, as a witness answers them; null when one of them is none. */
export function readSignatureLines(text: string): readonly NoteSignature[] | null {
  if (!isNoteText(text)) return null;
  const lines = text.slice(0, -1).split('\n');
  if (lines.length > maxSignatures) return null;
  const signatures = lines.map(readSignature);
  return signatures.every((signature) => signature !== null) ? signatures : null;
}

/** Whether a signature says that it is by this key. Whether it is, only the check of its bytes tells. */
export function isBy(signature: NoteSignature, key: VerifierKey): boolean {
  return signature.name === key.name && signature.keyId.equals(verifierKeyId(key));
}

export function signatureLine(key: VerifierKey, signature: Buffer): string {
  return `— ${key.name} ${Buffer.concat([verifierKeyId(key), signature]).toString('base64')}\n`;
}

function readSignature(line: string): NoteSignature | null {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!isKeyName(name) || bytes === null || bytes.length < 5) return null;
  return { name, keyId: bytes.subarray(0, 4), bytes: bytes.subarray(4), line: `${line}\n` };
}

/** Unicode without control characters but newline, which also ends it. */
function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note may hold no control character but newline
  return text.isWellFormed() && text.endsWith('\n') && !/[\u0000-\u0009\u000b-\u001f\u007f]/.test(text);
}
