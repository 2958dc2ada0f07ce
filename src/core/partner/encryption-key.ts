import { z } from 'zod';
import { isOwnSpelling } from '../compact-jws.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const shared = { use: z.literal('enc'), kid: z.string().min(1).max(128).optional() };
const curves = { 'P-256': 32, 'P-384': 48, 'P-521': 66, X25519: 32 } as const;
const rsaBits = { least: 2_048, most: 8_192 };

function coordinatesOf<Curve extends 'P-256' | 'P-384' | 'P-521'>(crv: Curve) {
  const coordinate = bytes(curves[crv]);
  const alg = z.literal('ECDH-ES').optional();
  return z.strictObject({ kty: z.literal('EC'), crv: z.literal(crv), x: coordinate, y: coordinate, alg, ...shared });
}

/**
 * Public JWK to which answers for a unit may be sealed, by RSA-OAEP-256 or ECDH-ES and no other algorithm. Strict on
 * purpose: a key with private or unknown members was put there by mistake, and is a mistake to stop, not to store.
 */
export const encryptionKey = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('RSA'),
    n: base64url.max(1_366).refine(isLongModulus, `must be a modulus of ${rsaBits.least} to ${rsaBits.most} bits`),
    e: z.literal('AQAB'),
    alg: z.literal('RSA-OAEP-256').optional(),
    ...shared,
  }),
  z.discriminatedUnion('crv', [coordinatesOf('P-256'), coordinatesOf('P-384'), coordinatesOf('P-521')]),
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('X25519'),
    x: bytes(curves.X25519),
    alg: z.literal('ECDH-ES').optional(),
    ...shared,
  }),
]);

export type EncryptionKey = z.infer<typeof encryptionKey>;

const olderAgreement = z.enum(['ECDH-ES', 'ECDH-ES+A256KW']).optional();

/**
 * As keys were registered before: read, so that the unit is known and its keys can be replaced, and sealed to only where
 * `encryptionKey` takes them too.
 */
export const encryptionKeyOnRecord = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('RSA'),
    n: base64url.max(1_366),
    e: base64url.max(8),
    alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512']).optional(),
    ...shared,
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: base64url.max(88),
    y: base64url.max(88),
    alg: olderAgreement,
    ...shared,
  }),
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('X25519'),
    x: base64url.max(88),
    alg: olderAgreement,
    ...shared,
  }),
]);

export type EncryptionKeyOnRecord = z.infer<typeof encryptionKeyOnRecord>;

/** Exactly so many bytes in their one spelling. */
function bytes(count: number) {
  const isSo = (text: string): boolean => isOwnSpelling(text) && Buffer.from(text, 'base64url').length === count;
  return base64url.max(88).refine(isSo, `must be ${count} bytes in base64url`);
}

/** Leading zeros would make a short modulus look long. */
function isLongModulus(text: string): boolean {
  if (!isOwnSpelling(text)) return false;
  const modulus = Buffer.from(text, 'base64url');
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  return modulus[0] !== 0 && bits >= rsaBits.least && bits <= rsaBits.most;
}
