import { createHmac, createPublicKey, createSecretKey, hkdfSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { LedgerSigner } from '../core/ledger/ports.ts';
import type { IdentifierSecrets, SubjectCipher } from '../core/subject/ports.ts';
import { decryptEnvelope, encryptEnvelope } from './envelope.ts';
import { readKeyFiles } from './key-files.ts';

/** Every key that stands outside the database, behind the ports that use it. */
export interface GatewayKeys {
  /** Signs the head of each flush of this gateway's ledger lane. */
  readonly ledger: LedgerSigner;
  /** Signs checkpoints of the tree over all lanes. */
  readonly checkpoint: LedgerSigner;
  readonly identifiers: IdentifierSecrets;
  readonly subjects: SubjectCipher;
  /** Public halves, for anybody who checks a receipt or a checkpoint. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
}

/**
 * Opens the keys in `directory`; makes them first when `create` is allowed and the directory is absent
 * or empty. Throws `KeyFileError` naming the file that is missing, open to others or malformed.
 */
export async function openKeys(options: {
  readonly directory: string;
  readonly create: boolean;
}): Promise<GatewayKeys> {
  const material = readKeyFiles(options.directory, options);
  const ledger = await signer(material.ledger);
  const checkpoint = await signer(material.checkpoint);
  return {
    ledger,
    checkpoint,
    identifiers: identifierSecrets(material.lookup, material.data),
    subjects: subjectCipher(material.wrapping),
    jwks: { keys: [ledger.jwk, checkpoint.jwk] },
  };
}

async function signer(privateKey: KeyObject): Promise<LedgerSigner> {
  const { kty, crv, x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) throw new Error('not an Ed25519 key');
  const keyId = await calculateJwkThumbprint({ kty, crv, x }, 'sha256');
  return {
    keyId,
    publicKey: Buffer.from(x, 'base64url'),
    jwk: { kty, crv, x, kid: keyId, use: 'sig', alg: 'EdDSA' },
    sign: (message) => sign(null, message, privateKey),
  };
}

function identifierSecrets(lookupBytes: Buffer, dataBytes: Buffer): IdentifierSecrets {
  const lookupKey = createSecretKey(lookupBytes);
  const dataKey = createSecretKey(dataBytes);
  return {
    lookup: (scheme, value) => createHmac('sha256', lookupKey).update(`${scheme}\0${value}`, 'utf8').digest(),
    encrypt: (plaintext, context) => encryptEnvelope(dataKey, Buffer.from(plaintext, 'utf8'), context),
    decrypt: (ciphertext, context) => decryptEnvelope(dataKey, ciphertext, context).toString('utf8'),
  };
}

const wrapContext = 'subject-key';

function subjectCipher(wrappingBytes: Buffer): SubjectCipher {
  const wrappingKey = createSecretKey(wrappingBytes);
  // As long as the caller keeps the wrapped key at hand: forgetting that forgets this.
  const unwrapped = new WeakMap<Buffer, KeyObject>();
  function unwrap(wrappedKey: Buffer): KeyObject {
    const known = unwrapped.get(wrappedKey);
    if (known !== undefined) return known;
    const key = createSecretKey(decryptEnvelope(wrappingKey, wrappedKey, wrapContext));
    unwrapped.set(wrappedKey, key);
    return key;
  }
  // Derived, so that every gateway with these keys opens what another sealed for an unknown person.
  const dummy = Buffer.from(hkdfSync('sha256', wrappingBytes, Buffer.alloc(0), 'dummy-subject-key', 32));
  return {
    newKey: () => encryptEnvelope(wrappingKey, randomBytes(32), wrapContext),
    dummyKey: encryptEnvelope(wrappingKey, dummy, wrapContext),
    encrypt: (wrappedKey, plaintext, context) =>
      encryptEnvelope(unwrap(wrappedKey), Buffer.from(plaintext, 'utf8'), context),
    decrypt: (wrappedKey, ciphertext, context) =>
      decryptEnvelope(unwrap(wrappedKey), ciphertext, context).toString('utf8'),
  };
}
