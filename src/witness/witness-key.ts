import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readVerifierKey, signatureTypes, type VerifierKey, writeVerifierKey } from '../core/ledger/verifier-key.ts';
import { syncFolder, writeOnce } from './witness-state.ts';

/** What a witness signs with, and the name under which it does. */
export interface WitnessKey {
  readonly key: VerifierKey;
  readonly sign: (message: Buffer) => Buffer;
}

const secretFile = 'witness-key.pem';
const publicFile = 'witness-key.pub';

/** What is wrong with the files of a key: which one, and what to do. */
class WitnessKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WitnessKeyError';
  }
}

/**
 * A new Ed25519 key in the folder of a witness, readable for its owner alone. Throws `WitnessKeyError` where there is
 * one: a witness that changes its key under the same name is another witness.
 */
export async function makeWitnessKey(folder: string, name: string): Promise<VerifierKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key: VerifierKey = { name, type: signatureTypes.ed25519Cosignature, publicKey: rawKey(publicKey) };
  const text = writeVerifierKey(key);
  if (readVerifierKey(text) === null)
    throw new WitnessKeyError('a name has no spaces and no plus sign, and is not empty');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const made = (await writeOnce(folder, secretFile, secret)) && (await writeOnce(folder, publicFile, `${text}\n`));
  if (!made) throw new WitnessKeyError(`${folder}: holds a key of a witness already; nothing was made`);
  await syncFolder(folder);
  return key;
}

/** Throws `WitnessKeyError` when a file is not there, cannot be read, or does not belong to the other. */
export async function readWitnessKey(folder: string): Promise<WitnessKey> {
  const [secret, text] = await Promise.all([secretFile, publicFile].map((name) => textIn(folder, name)));
  const privateKey = privateKeyIn(secret ?? '');
  const key = readVerifierKey((text ?? '').trimEnd());
  if (privateKey === null) throw new WitnessKeyError(`${join(folder, secretFile)}: is no Ed25519 key in PEM`);
  if (key === null) throw new WitnessKeyError(`${join(folder, publicFile)}: is no verifier key`);
  const isItsOwn = rawKey(createPublicKey(privateKey)).equals(key.publicKey);
  if (!isItsOwn || key.type !== signatureTypes.ed25519Cosignature)
    throw new WitnessKeyError(`${join(folder, publicFile)}: is not the key that ${secretFile} signs with`);
  return { key, sign: (message) => sign(null, message, privateKey) };
}

async function textIn(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new WitnessKeyError(`${folder}: holds no key of a witness; make one with: sluis witness keygen`);
    throw error;
  }
}

function privateKeyIn(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function rawKey(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}
