import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import type { NoteVerifier } from '../../core/ledger/checkpoint.ts';
import { fromBase64Url } from '../../core/ledger/encoding.ts';
import type { CheckSignature, KeyRing } from '../../core/ledger/ports.ts';

const ed25519Jwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().refine((x) => fromBase64Url(x, 32) !== null),
});

/** Ed25519 verification with a raw public key of 32 bytes. */
function checkWith(publicKey: Buffer): CheckSignature {
  const x = publicKey.toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return (message, signature) => verify(null, message, key, signature);
}

/** Raw Ed25519 keys as checkers of notes under a log's name. */
export function noteVerifiers(name: string, publicKeys: readonly Buffer[]): readonly NoteVerifier[] {
  return publicKeys.map((publicKey) => ({ name, publicKey, check: checkWith(publicKey) }));
}

/**
 * The Ed25519 keys among public JWKs, under their own thumbprints (RFC 7638): an id that somebody
 * wrote beside a key is not believed. Whatever is no such key is left out, so that it verifies nothing.
 */
export function keyRing(jwks: readonly unknown[]): KeyRing {
  const ring = new Map<string, CheckSignature>();
  for (const jwk of jwks) {
    const parsed = ed25519Jwk.safeParse(jwk);
    if (!parsed.success) continue;
    const { crv, kty, x } = parsed.data;
    const id = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
    ring.set(id, checkWith(Buffer.from(x, 'base64url')));
  }
  return ring;
}
