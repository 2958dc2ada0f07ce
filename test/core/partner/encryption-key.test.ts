import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encryptionKey, encryptionKeyOnRecord } from '../../../src/core/partner/encryption-key.ts';

const jwk = ({ publicKey }: { readonly publicKey: KeyObject }, more: object = {}) => ({
  ...publicKey.export({ format: 'jwk' }),
  use: 'enc',
  ...more,
});
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const good = { rsa: jwk(rsa(2_048)), p256: jwk(ec('P-256')), x25519: jwk(generateKeyPairSync('x25519')) };
const coordinate = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64url');
const padded = (text: unknown, zeros: number) =>
  Buffer.concat([Buffer.alloc(zeros), Buffer.from(String(text), 'base64url')]).toString('base64url');

describe('a key to seal to', () => {
  test.each([
    ['RSA of 2048 bits', good.rsa],
    ['RSA of 3072 bits that says how', jwk(rsa(3_072), { alg: 'RSA-OAEP-256', kid: 'een' })],
    ['P-256', good.p256],
    ['P-384', jwk(ec('P-384'))],
    ['P-521', jwk(ec('P-521'), { alg: 'ECDH-ES' })],
    ['X25519', good.x25519],
  ])('is %s', (_, key) => {
    expect(encryptionKey.parse(key)).toEqual(key);
    expect(encryptionKeyOnRecord.parse(key)).toEqual(key);
  });

  test.each<[string, unknown]>([
    ['RSA of 2047 bits', jwk(rsa(2_047))],
    ['RSA of 1024 bits', jwk(rsa(1_024))],
    ['RSA of 1024 bits that zeros make look long', { ...jwk(rsa(1_024)), n: padded(jwk(rsa(1_024)).n, 128) }],
    ['RSA with a zero in front', { ...good.rsa, n: padded(good.rsa.n, 1) }],
    ['RSA of which the exponent is 1', { ...good.rsa, e: 'AQ' }],
    ['RSA of which the exponent is 3', jwk(rsa(2_048, 3))],
    ['P-192', { ...good.p256, crv: 'P-192', x: coordinate(24), y: coordinate(24) }],
    ['P-224', { ...good.p256, crv: 'P-224', x: coordinate(28), y: coordinate(28) }],
    ['secp256k1', jwk(ec('secp256k1'))],
    ['X448', jwk(generateKeyPairSync('x448'))],
    ['Ed25519', jwk(generateKeyPairSync('ed25519'))],
    ['a coordinate that is short', { ...good.p256, x: Buffer.alloc(31, 7).toString('base64url') }],
    ['a coordinate in another spelling', { ...good.x25519, x: `${String(good.x25519.x).slice(0, -1)}_` }],
    ['a private key', { ...good.p256, d: 'ZA' }],
    ['a key for signatures', { ...good.p256, use: 'sig' }],
    ['a key of which the use is not said', { ...good.p256, use: undefined }],
    ['a key with operations', { ...good.p256, key_ops: ['deriveKey'] }],
    ['a key with a certificate', { ...good.p256, x5c: ['AA=='] }],
    ['a secret', { kty: 'oct', k: 'c2VjcmV0', use: 'enc' }],
    ['nothing', null],
    ...['RSA-OAEP', 'RSA-OAEP-384', 'RSA-OAEP-512', 'RSA1_5', 'ECDH-ES', 'dir', 'none'].map(
      (alg): [string, unknown] => [`RSA by ${alg}`, { ...good.rsa, alg }],
    ),
    ...['ECDH-ES+A128KW', 'ECDH-ES+A256KW', 'ECDH-1PU', 'RSA-OAEP-256', 'dir'].map((alg): [string, unknown] => [
      `EC by ${alg}`,
      { ...good.p256, alg },
    ]),
  ])('is not %s', (_, key) => {
    const parsed = encryptionKey.safeParse(key);
    expect(parsed.success).toBe(false);
    // Where it is told what is wrong, the key itself is not.
    expect(parsed.error?.message).not.toContain(good.p256.x);
  });

  test.each([
    ['RSA by SHA-1', { ...good.rsa, alg: 'RSA-OAEP' }],
    ['RSA by SHA-512', { ...good.rsa, alg: 'RSA-OAEP-512' }],
    ['a wrapped key', { ...good.p256, alg: 'ECDH-ES+A256KW' }],
    ['RSA of which the exponent is 3', jwk(rsa(2_048, 3))],
  ])('stays known on record as it was registered before: %s', (_, key) => {
    expect(encryptionKeyOnRecord.parse(key)).toEqual(key);
  });
});
