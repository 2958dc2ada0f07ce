import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/core/brand.ts';
import {
  keyInForce,
  provenKeyInForce,
  type RegisteredKey,
  standings,
} from '../../../src/core/partner/registered-key.ts';
import { encryptionPair, forgeProof } from '../../world/encryption-keys.ts';
import { keysOf } from '../../world/pki/keys.ts';

const at = (text: string) => text as Instant;
const seconds = (text: string) => Date.parse(text) / 1_000;
const [one, two, three] = [encryptionPair('EC'), encryptionPair('OKP'), encryptionPair('RSA')];

function proven({ jwk }: typeof one, from: string, until: string): RegisteredKey {
  const { privateKey: key } = keysOf('p256:leaf');
  const plan = { jwk, unit: 'een', oin: '00000099000000001000', path: [Buffer.from('x')], key };
  return { jwk, proof: forgeProof({ ...plan, claims: { nbf: seconds(from), exp: seconds(until) } }) };
}

const plain = ({ jwk }: typeof one): RegisteredKey => ({ jwk, proof: null });
const unfit: RegisteredKey = { jwk: { ...one.jwk, alg: 'ECDH-ES+A256KW' } as RegisteredKey['jwk'], proof: null };
const [from, until] = ['2026-03-01T00:00:00.000Z', '2027-03-01T00:00:00.000Z'];

describe('the key in force', () => {
  test('is the newest, and the next when that goes', () => {
    expect(keyInForce([plain(two), plain(one)], at(from))).toEqual(two.jwk);
    expect(keyInForce([plain(one)], at(from))).toEqual(one.jwk);
    expect(keyInForce([], at(from))).toBeNull();
  });

  test('is one of an algorithm that counts, whatever is newer', () => {
    expect(keyInForce([unfit, plain(two)], at(from))).toEqual(two.jwk);
    expect(keyInForce([unfit], at(from))).toBeNull();
  });

  test.each([
    ['2026-02-28T23:59:59.999Z', one],
    ['2026-03-01T00:00:00.000Z', two],
    ['2027-02-28T23:59:59.999Z', two],
    ['2027-03-01T00:00:00.000Z', one],
  ])('is one that is in its time at %s', (now, expected) => {
    expect(keyInForce([proven(two, from, until), plain(one)], at(now))).toEqual(expected.jwk);
  });

  test('is none with a proof that cannot be read, for it was there to say until when', () => {
    expect(keyInForce([{ jwk: one.jwk, proof: 'a.b.c' }], at(from))).toBeNull();
    expect(keyInForce([{ jwk: one.jwk, proof: '' }], at(from))).toBeNull();
  });
});

describe('the key to which a source seals', () => {
  test('is the newest that its unit signed, whatever is newer or not in its time', () => {
    const older = proven(one, from, until);
    expect(provenKeyInForce([plain(two), unfit, older], at(from))).toEqual({ jwk: one.jwk, proof: older.proof });
    expect(provenKeyInForce([plain(two)], at(from))).toBeNull();
    expect(provenKeyInForce([older], at(until))).toBeNull();
    expect(provenKeyInForce([{ jwk: one.jwk, proof: 'a.b.c' }], at(from))).toBeNull();
  });
});

describe('how keys stand', () => {
  test('is told of each, in their order', () => {
    const keys = [proven(three, until, '2028-03-01T00:00:00.000Z'), unfit, plain(two), proven(one, from, until)];
    const stand = (now: string) => standings(keys, at(now)).map(({ standing }) => standing);
    expect(stand('2026-06-01T00:00:00.000Z')).toEqual(['not-yet', 'unfit', 'sealed-to', 'older']);
    expect(stand(until)).toEqual(['sealed-to', 'unfit', 'older', 'over']);
  });

  test('says which were signed and until when', () => {
    expect(standings([proven(two, from, until), plain(one)], at(from))).toEqual([
      { thumbprint: two.thumbprint, kid: null, kty: 'OKP', standing: 'sealed-to', proven: true, until },
      { thumbprint: one.thumbprint, kid: null, kty: 'EC', standing: 'older', proven: false, until: null },
    ]);
  });
});
