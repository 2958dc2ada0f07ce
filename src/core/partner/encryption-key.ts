import { z } from 'zod';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const shared = { use: z.literal('enc'), kid: z.string().min(1).max(128).optional() };
const agreement = z.enum(['ECDH-ES', 'ECDH-ES+A256KW']).optional();

/**
 * Public JWK to which answers for a unit may be sealed. Strict on purpose: a key with private or
 * unknown members was put there by mistake, and is a mistake to stop, not to store.
 */
export const encryptionKey = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('RSA'),
    // 342 base64url digits are 2048 bits.
    n: base64url.min(342).max(1_366),
    e: base64url.max(8),
    alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512']).optional(),
    ...shared,
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: base64url.max(88),
    y: base64url.max(88),
    alg: agreement,
    ...shared,
  }),
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('X25519'),
    x: base64url.max(88),
    alg: agreement,
    ...shared,
  }),
]);
