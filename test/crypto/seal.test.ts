import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { compactDecrypt } from 'jose';
import { describe, expect, test } from 'vitest';
import type { UnitId } from '../../src/core/brand.ts';
import type { Oin, Unit } from '../../src/core/partner/partner.ts';
import { joseSealer } from '../../src/crypto/seal.ts';

const pairs = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  weakRsa: generateKeyPairSync('rsa', { modulusLength: 1024 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  x25519: generateKeyPairSync('x25519'),
  ed25519: generateKeyPairSync('ed25519'),
};
const jwk = (key: KeyObject, extra: object = { use: 'enc' }) => ({ ...key.export({ format: 'jwk' }), ...extra });
const payload = { 'identity.surname': 'De Geheime' };

function recipient(encryptionKey: Unit['encryptionKey']): Unit {
  return {
    id: 'gemeente' as UnitId,
    organisation: { oin: '00000099000000001000' as Oin, name: 'Gemeente' },
    name: 'Gemeente',
    kind: 'some',
    state: 'active',
    selector: { thumbprints: [], subOin: null },
    connector: null,
    encryptionKey,
    signingKeys: [],
    jwks: null,
    webhooks: [],
    acceptedPolicySet: null,
  };
}

describe('a sealed answer', () => {
  test.each([
    ['RSA', pairs.rsa, {}, 'RSA-OAEP-256'],
    ['RSA that names its algorithm', pairs.rsa, { alg: 'RSA-OAEP' }, 'RSA-OAEP'],
    ['EC', pairs.ec, {}, 'ECDH-ES'],
    ['EC that names its algorithm', pairs.ec, { alg: 'ECDH-ES+A256KW' }, 'ECDH-ES+A256KW'],
    ['X25519', pairs.x25519, {}, 'ECDH-ES'],
  ])('opens with the recipient’s own key: %s', async (_, pair, extra, alg) => {
    const sealer = joseSealer();
    const unit = recipient(jwk(pair.publicKey, { use: 'enc', ...extra }));
    for (let time = 0; time < 2; time += 1) {
      const sealed = await sealer.seal(payload, unit);
      expect(sealed).toMatch(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){4}$/);
      const opened = await compactDecrypt(sealed, pair.privateKey, { keyManagementAlgorithms: [alg] });
      expect(JSON.parse(Buffer.from(opened.plaintext).toString())).toEqual(payload);
      expect(opened.protectedHeader).toMatchObject({ alg, enc: 'A256GCM', typ: 'JWE' });
    }
  });

  test('carries the registered key id', async () => {
    const sealed = await joseSealer().seal(
      payload,
      recipient(jwk(pairs.ec.publicKey, { use: 'enc', kid: 'sleutel-1' })),
    );
    expect(JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      kid: 'sleutel-1',
    });
  });

  test.each<[string, Unit['encryptionKey']]>([
    ['no key', null],
    ['an empty key', {}],
    ['a key for signatures', jwk(pairs.rsa.publicKey, { use: 'sig' })],
    ['a key without a use', jwk(pairs.rsa.publicKey, {})],
    ['a private key', jwk(pairs.rsa.privateKey)],
    ['a signing curve', jwk(pairs.ed25519.publicKey)],
    ['1024 bits', jwk(pairs.weakRsa.publicKey)],
    ['an unknown algorithm', jwk(pairs.rsa.publicKey, { use: 'enc', alg: 'RSA1_5' })],
    ['an algorithm of another kind', jwk(pairs.rsa.publicKey, { use: 'enc', alg: 'ECDH-ES' })],
    ['a point off its curve', jwk(pairs.ec.publicKey, { use: 'enc', x: Buffer.alloc(32, 7).toString('base64url') })],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0', use: 'enc' }],
  ])('is a fault, never clear text, with %s', async (_, key) => {
    await expect(joseSealer().seal(payload, recipient(key))).rejects.toMatchObject({
      name: 'Fault',
      code: 'seal-impossible',
    });
    await expect(joseSealer().seal(payload, recipient(key))).rejects.not.toThrow(/Geheime/);
  });
});
