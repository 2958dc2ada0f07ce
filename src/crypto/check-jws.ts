import { compactVerify, errors, importJWK, type JWK } from 'jose';
import type { SigningKey } from '../core/partner/signing-key.ts';

/** One algorithm for each kind of key: what a header asks for is compared with it, never followed. */
export const algorithms = { OKP: 'EdDSA', EC: 'ES256', RSA: 'PS256' } as const;

interface SignedParts {
  readonly protectedPart: string;
  readonly payloadPart: string;
  readonly signaturePart: string;
}

/** Keys as they stand in the registry live long; what was made of one lives as long as it does. */
const imported = new WeakMap<SigningKey, ReturnType<typeof importJWK>>();

/**
 * Whether a JWS whose header names `alg` carries this key's signature. Throws `JOSEError` or `TypeError`
 * only where the key itself cannot be used.
 */
export async function checkJws(
  { protectedPart, payloadPart, signaturePart }: SignedParts,
  alg: unknown,
  key: SigningKey,
): Promise<'good' | 'wrong-algorithm' | 'does-not-match' | 'malformed'> {
  const own = algorithms[key.kty];
  if (alg !== own) return 'wrong-algorithm';
  const usable = imported.get(key) ?? importJWK(materialOf(key), own);
  imported.set(key, usable);
  try {
    await compactVerify(`${protectedPart}.${payloadPart}.${signaturePart}`, await usable, { algorithms: [own] });
    return 'good';
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return 'does-not-match';
    if (error instanceof errors.JWSInvalid) return 'malformed';
    throw error;
  }
}

export type KeyCheck = 'good' | 'unknown-key' | 'wrong-algorithm' | 'does-not-match' | 'malformed';

/** `none` and HMAC never are one. */
export function isOwnAlgorithm(alg: string): boolean {
  const known: readonly string[] = Object.values(algorithms);
  return known.includes(alg);
}

/** By whichever of these keys; otherwise what came nearest. */
export async function checkByAnyKey(jws: SignedParts, alg: string, keys: readonly SigningKey[]): Promise<KeyCheck> {
  if (!isOwnAlgorithm(alg)) return 'wrong-algorithm';
  const checks = await Promise.all(keys.map((key) => checkPublished(jws, alg, key)));
  const nearest = ['good', 'does-not-match', 'malformed', 'wrong-algorithm'] as const;
  return nearest.find((each) => checks.includes(each)) ?? 'unknown-key';
}

/** A key that cannot be used (a point that is not on its curve) signed nothing; the keys beside it still count. */
async function checkPublished(jws: SignedParts, alg: string, key: SigningKey): Promise<KeyCheck> {
  try {
    return await checkJws(jws, alg, key);
  } catch (error) {
    if (isOfKey(error)) return 'does-not-match';
    throw error;
  }
}

function isOfKey(error: unknown): boolean {
  return error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException;
}

/** The members that make the key, without its name and use. */
export function materialOf(key: SigningKey): JWK {
  const { use: _use, kid: _kid, alg: _alg, ...material } = key;
  return material;
}
