import { z } from 'zod';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const shared = { use: z.literal('sig'), kid: z.string().min(1).max(128).optional() };

/**
 * Public JWK by which a unit, or an approver of policies, signs. As strict as `encryptionKey`: a key
 * with private or unknown members was put there by mistake. One algorithm for each kind of key.
 */
export const signingKey = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: base64url.length(43),
    alg: z.literal('EdDSA').optional(),
    ...shared,
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: base64url.length(43),
    y: base64url.length(43),
    alg: z.literal('ES256').optional(),
    ...shared,
  }),
  z.strictObject({
    kty: z.literal('RSA'),
    // 342 base64url digits are 2048 bits.
    n: base64url.min(342).max(1_366),
    e: base64url.max(8),
    alg: z.literal('PS256').optional(),
    ...shared,
  }),
]);

export type SigningKey = z.infer<typeof signingKey>;
