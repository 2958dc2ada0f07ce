import { areEqual, bytesOf, fromBase64, isSignedBy, joined, sha256 } from './bytes.mjs';
import { isWellFormed } from './leaf.mjs';

/** Signed notes, checkpoints and cosignatures: docs/ledger.md, Checkpoint and Cosignatures. */

/** @typedef {import('./bytes.mjs').Bytes} Bytes */
/** @typedef {{ readonly name: string, readonly type: number, readonly key: Bytes, readonly id: Bytes }} VerifierKey */
/** @typedef {{ readonly name: string, readonly id: Bytes, readonly bytes: Bytes }} NoteLine */
/** @typedef {{ readonly text: string, readonly lines: readonly NoteLine[] }} Note */
/** @typedef {{ readonly origin: string, readonly size: number, readonly root: Bytes }} Checkpoint */

const maxLines = 100;
export const logKeyType = 1;
export const witnessKeyType = 4;

/** @param {string} name @param {number} type @param {Bytes} key @returns {Promise<VerifierKey>} */
export async function verifierKey(name, type, key) {
  const hash = await sha256(bytesOf(`${name}\n`), Uint8Array.of(type), key);
  return { name, type, key, id: hash.slice(0, 4) };
}

/** The parts of a note; null when a byte of it is not as it must be. @param {string} note @returns {Note | null} */
export function readNote(note) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note may hold no control character but newline
  if (!isWellFormed(note) || !note.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f\u007f]/.test(note)) return null;
  const border = note.lastIndexOf('\n\n');
  if (border < 0) return null;
  const lines = note.slice(border + 2, -1).split('\n');
  if (lines.length > maxLines) return null;
  const read = lines.map(readLine);
  return read.every((line) => line !== null) ? { text: note.slice(0, border + 1), lines: read } : null;
}

/** @param {string} line @returns {NoteLine | null} */
function readLine(line) {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!isKeyName(name) || bytes === null || bytes.length < 5) return null;
  return { name, id: bytes.slice(0, 4), bytes: bytes.slice(4) };
}

/** @param {string} name */
function isKeyName(name) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a name may not have
  return /^[^\s+\u0000-\u001f\u007f\u0085]+$/.test(name);
}

/** @param {string} text @returns {Checkpoint | null} */
export function readCheckpoint(text) {
  const [origin = '', sizeLine = '', rootLine = '', ...rest] = text.split('\n');
  if (rest.pop() !== '' || rest.includes('') || !isKeyName(origin)) return null;
  const size = /^(0|[1-9][0-9]{0,15})$/.test(sizeLine) ? Number(sizeLine) : Number.NaN;
  const root = fromBase64(rootLine);
  return Number.isSafeInteger(size) && root?.length === 32 ? { origin, size, root } : null;
}

/** The lines of a note that say to be by this key. @param {Note} note @param {VerifierKey} key */
export function linesOf(note, key) {
  return note.lines.filter(({ name, id }) => name === key.name && areEqual(id, key.id));
}

/** Whether the log signed the note under this line. @param {Note} note @param {VerifierKey} key @param {NoteLine} line */
export function isLogLine(note, key, line) {
  return isSignedBy(key.key, bytesOf(note.text), line.bytes);
}

/**
 * When a witness says that it saw this state of the log, in seconds since 1970; null when it did not sign this.
 * @param {Note} note @param {VerifierKey} key @param {NoteLine} line @returns {Promise<number | null>}
 */
export async function witnessTime(note, key, line) {
  if (line.bytes.length !== 72) return null;
  const time = Number(new DataView(line.bytes.buffer, line.bytes.byteOffset).getBigUint64(0));
  if (!Number.isSafeInteger(time)) return null;
  const message = joined(bytesOf(`cosignature/v1\ntime ${time}\n`), bytesOf(note.text));
  return (await isSignedBy(key.key, message, line.bytes.slice(8))) ? time : null;
}
