import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { EnvelopeError } from '../../src/crypto/envelope.ts';
import type { GatewayKeys } from '../../src/crypto/keys.ts';

/** What keys promise, wherever they are kept. `stranger`: those of another gateway. */
export function keyPromises(
  title: string,
  open: () => Promise<GatewayKeys>,
  stranger: () => Promise<GatewayKeys>,
): void {
  describe(title, () => {
    let keys: GatewayKeys;
    let other: GatewayKeys;
    beforeAll(async () => {
      keys = await open();
      other = await stranger();
    });

    test('sign so that the public JWK alone checks it', async () => {
      for (const signer of [keys.ledger, keys.checkpoint, keys.answers]) {
        const message = Buffer.from('a flush head');
        const key = createPublicKey({ key: { ...signer.jwk }, format: 'jwk' });
        expect(verify(null, message, key, signer.sign(message))).toBe(true);
        expect(verify(null, Buffer.from('another'), key, signer.sign(message))).toBe(false);
        expect(signer.publicKey).toHaveLength(32);
        expect(signer.keyId).toBe(await calculateJwkThumbprint(signer.jwk));
      }
      expect(keys.ledger.keyId).not.toBe(keys.checkpoint.keyId);
    });

    test('publish no private member', () => {
      expect(keys.jwks.keys).toHaveLength(3);
      for (const key of keys.jwks.keys)
        expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    });

    test('find an identifier by 32 bytes that differ per scheme', () => {
      expect(keys.identifiers.lookup('bsn', '999990019')).toHaveLength(32);
      expect(keys.identifiers.lookup('bsn', '999990019')).not.toEqual(keys.identifiers.lookup('skn', '999990019'));
    });

    test('open what they sealed, in its own context and intact, and nothing else', () => {
      fc.assert(
        fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), fc.nat(), (plain, context, other, at) => {
          fc.pre(context !== other);
          const sealed = keys.identifiers.encrypt(plain, context);
          expect(keys.identifiers.decrypt(sealed, context)).toBe(plain);
          expect(() => keys.identifiers.decrypt(sealed, other)).toThrow(EnvelopeError);
          const changed = Buffer.from(sealed);
          const position = at % changed.length;
          changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
          expect(() => keys.identifiers.decrypt(changed, context)).toThrow(EnvelopeError);
          expect(() => keys.identifiers.decrypt(sealed.subarray(0, position), context)).toThrow(EnvelopeError);
        }),
        { numRuns: 50 },
      );
    });

    test('never seal the same text to the same bytes', () => {
      expect(keys.identifiers.encrypt('x', 'c')).not.toEqual(keys.identifiers.encrypt('x', 'c'));
    });

    test('keep subjects apart: another subject key, or none of this gateway, opens nothing', async () => {
      const [mine, theirs] = [keys.subjects.newKey(), keys.subjects.newKey()];
      const sealed = keys.subjects.encrypt(mine, Buffer.from('opening'), 'entry');
      expect(keys.subjects.decrypt(mine, sealed, 'entry')).toEqual(Buffer.from('opening'));
      expect(() => keys.subjects.decrypt(theirs, sealed, 'entry')).toThrow(EnvelopeError);
      expect(() => keys.subjects.decrypt(mine, sealed, 'other entry')).toThrow(EnvelopeError);

      expect(() => other.subjects.decrypt(mine, sealed, 'entry')).toThrow(EnvelopeError);
      expect(() => other.subjects.encrypt(mine, Buffer.from('x'), 'entry')).toThrow(EnvelopeError);
    });

    test('seal for an unknown person in ciphertexts of the same size as for a known one', () => {
      const { subjects } = keys;
      expect(subjects.dummyKey).toHaveLength(subjects.newKey().length);
      expect(subjects.encrypt(subjects.dummyKey, Buffer.from('x'), 'c')).toHaveLength(
        subjects.encrypt(subjects.newKey(), Buffer.from('x'), 'c').length,
      );
    });
  });
}
