import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseRing, tokenLabel, type WrittenKey, type WrittenRing, writeRing } from './key-ring-text.ts';
import { isSigningUse, type KeyUse, keyFileNames, keyUses } from './key-uses.ts';

/** A key file that cannot be used: a refusal to start, told in one line that names the file. */
export class KeyFileError extends Error {
  readonly file: string;

  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'KeyFileError';
    this.file = file;
  }
}

export interface KeyPlaces {
  readonly directory: string;
  /** Keys that stand elsewhere: a file, or `pkcs11:LABEL` for one that the token keeps. */
  readonly files?: Readonly<Partial<Record<KeyUse, string>>>;
}

/** The file of a use's keys; null: its place is a label in the token, and no file. */
export function keyFileOf({ directory, files }: KeyPlaces, use: KeyUse): string | null {
  const place = files?.[use] ?? join(directory, keyFileNames[use]);
  return tokenLabel(place) === null ? place : null;
}

/** Whether a use's keys were made by us in the directory, and not handed to us from elsewhere. */
export function isOwnFile({ files }: KeyPlaces, use: KeyUse): boolean {
  return files?.[use] === undefined;
}

/** Throws `KeyFileError`: missing, open to others, half written, or not of this use. */
export function readRing(places: KeyPlaces, use: KeyUse): WrittenRing {
  const place = places.files?.[use] ?? join(places.directory, keyFileNames[use]);
  const label = tokenLabel(place);
  if (label !== null) return { current: { form: 'token', text: label }, next: null, old: [], retired: [] };
  const ring = parseRing(readPrivate(place));
  if ('problem' in ring) throw new KeyFileError(place, wrongContent(use, ring.problem));
  for (const { form } of [ring.current, ...(ring.next === null ? [] : [ring.next]), ...ring.old]) {
    if (form !== 'token' && (form === 'private') !== isSigningUse(use)) {
      throw new KeyFileError(place, wrongContent(use, 'holds a key of another kind'));
    }
  }
  if (ring.retired.length > 0 && !isSigningUse(use)) {
    throw new KeyFileError(place, wrongContent(use, 'holds a key of another kind'));
  }
  return ring;
}

function wrongContent(use: KeyUse, problem: string): string {
  const wanted = isSigningUse(use) ? 'is not a private key in PEM' : 'does not hold 32 bytes in base64url';
  return `${wanted}: it ${problem}`;
}

/** Makes every key that stands in the directory, if that is absent or empty; made together or not at all. */
export function createKeyFiles(places: KeyPlaces, make: (use: KeyUse) => WrittenKey = newKey): boolean {
  const { directory } = places;
  if (!isAbsentOrEmpty(directory)) return false;
  const draft = draftDirectory(directory);
  for (const use of keyUses.filter((each) => isOwnFile(places, each))) {
    writeNew(join(draft, keyFileNames[use]), alone(make(use)));
  }
  syncDirectory(draft);
  try {
    // Two gateways may start at once: each makes a whole set, and the rename lets exactly one of them win.
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST')
      throw new KeyFileError(directory, `cannot be made (${codeOf(error)})`);
    return false;
  }
  syncDirectory(dirname(directory));
  return true;
}

/** Makes the file of one use that never had a key. Whoever is first wins; false: it was there. */
export function createKeyFile(places: KeyPlaces, use: KeyUse, key: WrittenKey = newKey(use)): boolean {
  const file = keyFileOf(places, use);
  if (file === null || existsSync(file)) return false;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.new-${process.pid}`;
    writeNew(draft, alone(key));
    // A link is made whole or not at all, and for one writer only.
    try {
      linkSync(draft, file);
    } finally {
      rmSync(draft);
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new KeyFileError(file, `cannot be made (${codeOf(error)})`);
  }
  syncDirectory(dirname(file));
  return true;
}

/** Puts another ring in the place of a file's own: whole or not at all. Throws `KeyFileError`. */
export function replaceRing(file: string, ring: WrittenRing): void {
  const draft = `${file}.new-${process.pid}`;
  try {
    rmSync(draft, { force: true });
    writeFileSync(draft, writeRing(ring), { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, file);
  } catch (error) {
    throw new KeyFileError(file, `cannot be replaced (${codeOf(error)})`);
  }
  syncDirectory(dirname(file));
}

/** A new random key in software. */
export function newKey(use: KeyUse): WrittenKey {
  if (!isSigningUse(use)) return { form: 'secret', text: randomBytes(32).toString('base64url') };
  const { privateKey } = generateKeyPairSync('ed25519');
  return { form: 'private', text: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function alone(current: WrittenKey): string {
  return writeRing({ current, next: null, old: [], retired: [] });
}

function isAbsentOrEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw new KeyFileError(directory, `cannot be read as a directory of keys (${codeOf(error)})`);
  }
}

function draftDirectory(directory: string): string {
  try {
    mkdirSync(dirname(directory), { recursive: true });
    return mkdtempSync(`${directory}.new-`); // 0700
  } catch (error) {
    throw new KeyFileError(directory, `cannot be made (${codeOf(error)})`);
  }
}

function writeNew(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600, flag: 'wx', flush: true });
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** The text of a file that its owner alone may read. Throws `KeyFileError`, which never tells what is in it. */
export function readPrivate(file: string): string {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new KeyFileError(file, 'is not a regular file');
    if ((stat.mode & 0o077) !== 0)
      throw new KeyFileError(file, 'can be read by others than its owner; take that away with chmod 600');
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof KeyFileError) throw error;
    if (codeOf(error) === 'ENOENT') throw new KeyFileError(file, 'is missing; restore it from a backup');
    throw new KeyFileError(file, `cannot be read (${codeOf(error)})`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
