import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { expect, test } from 'vitest';
import { keyThumbprint } from '../../src/crypto/path/key-thumbprint.ts';
import { bitString, oid, sequence } from '../world/pki/der-write.ts';
import { keysOf } from '../world/pki/keys.ts';

const thumbprintOf = (jwk: JsonWebKey) => calculateJwkThumbprint(jwk);

test.each(['p256', 'p384', 'p521', 'rsa2048', 'ed25519', 'ed448'])(
  'a key of a certificate is named as a JWK is: %s',
  async (kind) => {
    const { publicKey } = keysOf(`${kind}:named`);
    expect(keyThumbprint(publicKey)).toBe(await thumbprintOf(publicKey.export({ format: 'jwk' })));
  },
);

test('an RSA key that is bound to PSS is the same key', async () => {
  const { publicKey } = keysOf('rsa2048:named');
  const pss = sequence(
    sequence(oid('1.2.840.113549.1.1.10')),
    bitString(publicKey.export({ format: 'der', type: 'pkcs1' })),
  );
  const bound = createPublicKey({ key: pss, format: 'der', type: 'spki' });
  expect(bound.asymmetricKeyType).toBe('rsa-pss');
  expect(keyThumbprint(bound)).toBe(keyThumbprint(publicKey));
});
