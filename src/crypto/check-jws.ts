import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { JWK } from 'jose';
import { isOwnSpelling } from '../core/compact-jws.ts';
import type { SigningKey } from '../core/partner/signing-key.ts';

/** One algorithm for each kind of key: what a header asks for is compared with it, never followed. */
export const algorithms = { OKP: 'EdDSA', EC: 'ES256', RSA: 'PS256' } as const;

interface SignedParts {
  readonly protectedPart: string;
  readonly payloadPart: string;
  readonly signaturePart: string;
}

/** How each algorithm signs: ES256 as two numbers of one length, PS256 with a salt as long as the digest. */
const signing = {
  EdDSA: { digest: null, padding: {} },
  ES256: { digest: 'sha256', padding: { dsaEncoding: 'ieee-p1363' } },
  PS256: { digest: 'sha256', padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
} as const;

/** Keys as they stand in the registry live long; what was made of one lives as long as it does. */
const imported = new WeakMap<SigningKey, KeyObject>();

/**
 * Whether a JWS whose header names `alg` carries this key's signature. At once and on this thread: measured, handing
 * one over to another takes longer than a signature. Throws `TypeError` only where the key itself cannot be used.
 */
export function checkJws(
  { protectedPart, payloadPart, signaturePart }: SignedParts,
  alg: unknown,
  key: SigningKey,
): 'good' | 'wrong-algorithm' | 'does-not-match' | 'malformed' {
  const own = algorithms[key.kty];
  if (alg !== own) return 'wrong-algorithm';
  if (![protectedPart, payloadPart, signaturePart].every(isOwnSpelling)) return 'malformed';
  const usable = imported.get(key) ?? importKey(key);
  imported.set(key, usable);
  const { digest, padding } = signing[own];
  const input = Buffer.from(`${protectedPart}.${payloadPart}`, 'ascii');
  try {
    const good = verify(digest, input, { key: usable, ...padding }, Buffer.from(signaturePart, 'base64url'));
    return good ? 'good' : 'does-not-match';
  } catch (cause) {
    throw new TypeError('a key checks no signature', { cause });
  }
}

function importKey(key: SigningKey): KeyObject {
  try {
    return createPublicKey({ key: materialOf(key), format: 'jwk' });
  } catch (cause) {
    throw new TypeError('a key is none', { cause });
  }
}

export type KeyCheck = 'good' | 'unknown-key' | 'wrong-algorithm' | 'does-not-match' | 'malformed';

/** `none` and HMAC never are one. */
export function isOwnAlgorithm(alg: string): boolean {
  const known: readonly string[] = Object.values(algorithms);
  return known.includes(alg);
}

/** By whichever of these keys; otherwise what came nearest. */
export function checkByAnyKey(jws: SignedParts, alg: string, keys: readonly SigningKey[]): KeyCheck {
  if (!isOwnAlgorithm(alg)) return 'wrong-algorithm';
  const checks = keys.map((key) => checkPublished(jws, alg, key));
  const nearest = ['good', 'does-not-match', 'malformed', 'wrong-algorithm'] as const;
  return nearest.find((each) => checks.includes(each)) ?? 'unknown-key';
}

/** A key that cannot be used (a point that is not on its curve) signed nothing; the keys beside it still count. */
function checkPublished(jws: SignedParts, alg: string, key: SigningKey): KeyCheck {
  try {
    return checkJws(jws, alg, key);
  } catch (error) {
    if (error instanceof TypeError) return 'does-not-match';
    throw error;
  }
}

/** The members that make the key, without its name and use. */
export function materialOf(key: SigningKey): JWK {
  const { use: _use, kid: _kid, alg: _alg, ...material } = key;
  return material;
}
