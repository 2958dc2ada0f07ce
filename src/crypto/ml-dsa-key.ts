import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KeyFileError } from './key-files.ts';

/** A key whose signatures outlast quantum computers, for a second line on checkpoints. */
export interface MlDsaKey {
  /** Raw, 1312 bytes. */
  readonly publicKey: Buffer;
  /** 2420 bytes. */
  sign(message: Buffer): Buffer;
}

/** The ML-DSA-44 key in a PKCS#8 PEM file. Throws `KeyFileError` for anything else. */
export function readMlDsaKey(file: string): MlDsaKey {
  const privateKey = privateKeyIn(readFileSync(file));
  // What stands in the types of Node as a string is `AsymmetricKeyType`, which knows no such keys yet.
  const type: string | undefined = privateKey?.asymmetricKeyType;
  if (privateKey === null || type !== 'ml-dsa-44') throw new KeyFileError(file, 'is no ML-DSA-44 key in PKCS#8 PEM');
  const { pub } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    publicKey: Buffer.from(String(pub), 'base64url'),
    sign: (message) => sign(null, message, privateKey),
  };
}

function privateKeyIn(pem: Buffer): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
