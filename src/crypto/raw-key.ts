import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import type { CheckSignature } from '../core/ledger/ports.ts';

/**
 * Checks signatures by a raw public key: Ed25519 of 32 bytes, or ML-DSA-44 of 1312. Whatever OpenSSL cannot take for
 * a key signs nothing. Throws `RangeError` for a key of another length.
 */
export function checkerOf(publicKey: Buffer): CheckSignature {
  const key = createPublicKey({ key: jwkOf(publicKey), format: 'jwk' });
  return (message, signature) => verify(null, message, key, signature);
}

function jwkOf(publicKey: Buffer): JsonWebKey {
  const raw = publicKey.toString('base64url');
  if (publicKey.length === 32) return { kty: 'OKP', crv: 'Ed25519', x: raw };
  if (publicKey.length === 1312) return { kty: 'AKP', alg: 'ML-DSA-44', pub: raw };
  throw new RangeError('a raw key is one of Ed25519 or of ML-DSA-44');
}
