import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
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

/** A key file that cannot be used: a refusal to start, told in one line that names the file. */
export class KeyFileError extends Error {
  readonly file: string;

  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'KeyFileError';
    this.file = file;
  }
}

/** Signing keys are Ed25519 in PKCS#8 PEM; secrets are 32 bytes in one line of base64url. */
const signingFiles = { ledger: 'ledger-signing.pem', checkpoint: 'checkpoint-signing.pem' } as const;
const secretFiles = { lookup: 'identifier-lookup.key', data: 'data.key', wrapping: 'subject-wrapping.key' } as const;

export type KeyMaterial = Readonly<Record<keyof typeof signingFiles, KeyObject>> &
  Readonly<Record<keyof typeof secretFiles, Buffer>>;

/**
 * Reads the five key files of a gateway. They are made together or not at all: a single key that is
 * missing is a loss to repair from a backup, since a new one in its place would make every stored
 * identifier and opening unreadable without anybody noticing. Throws `KeyFileError`.
 */
export function readKeyFiles(directory: string, { create }: { readonly create: boolean }): KeyMaterial {
  if (create && isAbsentOrEmpty(directory)) createAll(directory);
  return {
    ledger: readSigningKey(join(directory, signingFiles.ledger)),
    checkpoint: readSigningKey(join(directory, signingFiles.checkpoint)),
    lookup: readSecret(join(directory, secretFiles.lookup)),
    data: readSecret(join(directory, secretFiles.data)),
    wrapping: readSecret(join(directory, secretFiles.wrapping)),
  };
}

function isAbsentOrEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw new KeyFileError(directory, `cannot be read as a directory of keys (${codeOf(error)})`);
  }
}

/** Two gateways may start at once: each makes a whole set, and the rename lets exactly one of them win. */
function createAll(directory: string): void {
  const draft = draftDirectory(directory);
  for (const file of Object.values(signingFiles)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    writeDurably(join(draft, file), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  for (const file of Object.values(secretFiles)) {
    writeDurably(join(draft, file), `${randomBytes(32).toString('base64url')}\n`);
  }
  syncDirectory(draft);
  try {
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST')
      throw new KeyFileError(directory, `cannot be made (${codeOf(error)})`);
  }
  syncDirectory(dirname(directory));
}

function draftDirectory(directory: string): string {
  try {
    mkdirSync(dirname(directory), { recursive: true });
    return mkdtempSync(`${directory}.new-`); // 0700
  } catch (error) {
    throw new KeyFileError(directory, `cannot be made (${codeOf(error)})`);
  }
}

function writeDurably(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600, flag: 'wx', flush: true });
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function readSigningKey(file: string): KeyObject {
  const pem = readPrivate(file);
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new KeyFileError(file, 'is not a private key in PEM');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new KeyFileError(file, 'is not an Ed25519 key');
  return key;
}

function readSecret(file: string): Buffer {
  const text = readPrivate(file).trim();
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) throw new KeyFileError(file, 'does not hold 32 bytes in base64url');
  return Buffer.from(text, 'base64url');
}

function readPrivate(file: string): string {
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
