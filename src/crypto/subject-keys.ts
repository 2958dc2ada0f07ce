import { createSecretKey, randomBytes } from 'node:crypto';
import type { SubjectCipher } from '../core/subject/ports.ts';
import { decryptEnvelope, decryptUnder, encryptEnvelope, encryptUnder, type GcmKey, softwareGcm } from './envelope.ts';
import { type Ring, readable } from './key-material.ts';
import type { SecretKey } from './secret-key.ts';

const wrapContext = 'subject-key';

/** A key per subject, wrapped under the current wrapping key. `rewrap` gives the same key under that one. */
export function subjectKeys(
  wrapping: () => Ring<SecretKey>,
  unknown: { readonly bytes: Buffer },
): SubjectCipher & { rewrap(wrappedKey: Buffer): Buffer } {
  // As long as the caller keeps the wrapped key at hand: forgetting that forgets this.
  const unwrapped = new WeakMap<Buffer, GcmKey>();
  const wrap = (bytes: Buffer): Buffer => encryptUnder(wrapping().current, bytes, wrapContext);
  const unwrap = (wrappedKey: Buffer): Buffer => decryptUnder(readable(wrapping()), wrappedKey, wrapContext);
  function keyOf(wrappedKey: Buffer): GcmKey {
    const known = unwrapped.get(wrappedKey);
    if (known !== undefined) return known;
    const key = softwareGcm(createSecretKey(unwrap(wrappedKey)));
    unwrapped.set(wrappedKey, key);
    return key;
  }
  const dummyKey = wrap(unknown.bytes);
  unwrapped.set(dummyKey, softwareGcm(createSecretKey(unknown.bytes)));
  return {
    newKey: () => wrap(randomBytes(32)),
    dummyKey,
    encrypt: (wrappedKey, plaintext, context) => encryptEnvelope(keyOf(wrappedKey), plaintext, context),
    decrypt: (wrappedKey, ciphertext, context) => decryptEnvelope(keyOf(wrappedKey), ciphertext, context),
    rewrap: (wrappedKey) => wrap(unwrap(wrappedKey)),
  };
}
