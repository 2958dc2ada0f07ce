import { constants, createHash, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readCompactJws } from '../../src/core/compact-jws.ts';
import { signingKey } from '../../src/core/partner/signing-key.ts';
import { checkByAnyKey, checkJws } from '../../src/crypto/check-jws.ts';
import { algOf, forgeJws, testKey } from '../world/forge-jws.ts';

const good = testKey('EC', 'good');
const ones = Buffer.alloc(32, 1).toString('base64url');
/** In the form of a key; no point of P-256. */
const broken = signingKey.parse({ kty: 'EC', crv: 'P-256', use: 'sig', kid: 'broken', x: ones, y: ones });
const jws = readCompactJws(forgeJws({ header: { alg: 'ES256' }, claims: { iss: 'a' }, key: good }));
if (jws === null) throw new Error('not a JWS');

describe('a published key that is no key', () => {
  test('signed nothing', () => {
    expect(checkByAnyKey(jws, 'ES256', [broken])).toBe('does-not-match');
    // and again, when it was met before
    expect(checkByAnyKey(jws, 'ES256', [broken])).toBe('does-not-match');
  });

  test('takes nothing from the keys beside it', () => {
    expect(checkByAnyKey(jws, 'ES256', [broken, good.jwk])).toBe('good');
    expect(checkByAnyKey(jws, 'ES256', [good.jwk, broken])).toBe('good');
  });
});

describe.each(['OKP', 'EC', 'RSA'] as const)('a signature by a key of kind %s', (kind) => {
  const key = testKey(kind);
  const text = forgeJws({ header: { alg: algOf[kind] }, claims: { iss: 'a' }, key });
  const signed = readCompactJws(text);
  if (signed === null) throw new Error('not a JWS');
  const bytes = Buffer.from(signed.signaturePart, 'base64url');
  const other = (signature: Buffer) => ({ ...signed, signaturePart: signature.toString('base64url') });

  test('is good under its own algorithm alone', () => {
    for (const alg of ['EdDSA', 'ES256', 'PS256']) {
      expect(checkJws(signed, alg, key.jwk)).toBe(alg === algOf[kind] ? 'good' : 'wrong-algorithm');
    }
    for (const alg of ['none', 'HS256', 'RS256', 'ES384', undefined])
      expect(checkJws(signed, alg, key.jwk)).toBe('wrong-algorithm');
  });

  test('matches nothing that was changed, nor another key', () => {
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(checkJws(other(changed), algOf[kind], key.jwk)).toBe('does-not-match');
    }
    const payloadPart = Buffer.from('{"iss":"b"}').toString('base64url');
    expect(checkJws({ ...signed, payloadPart }, algOf[kind], key.jwk)).toBe('does-not-match');
    expect(checkJws(signed, algOf[kind], testKey(kind).jwk)).toBe('does-not-match');
  });

  test('is of one length', () => {
    for (const wrong of [
      bytes.subarray(1),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.alloc(1)]),
      Buffer.alloc(1),
    ])
      expect(checkJws(other(wrong), algOf[kind], key.jwk)).toBe('does-not-match');
  });

  test('has one spelling', () => {
    for (const signaturePart of [
      '',
      `${signed.signaturePart}=`,
      ` ${signed.signaturePart}`,
      `${signed.signaturePart}!`,
    ])
      expect(checkJws({ ...signed, signaturePart }, algOf[kind], key.jwk)).toBe('malformed');
  });
});

test('signatures in other forms of the same algorithms do not match', () => {
  const [ec, rsa] = [testKey('EC'), testKey('RSA')];
  const parts = (alg: string) => {
    const protectedPart = Buffer.from(JSON.stringify({ alg })).toString('base64url');
    const payloadPart = Buffer.from('{}').toString('base64url');
    return { protectedPart, payloadPart, input: Buffer.from(`${protectedPart}.${payloadPart}`) };
  };
  const check = (alg: 'ES256' | 'PS256', key: typeof ec, signature: (input: Buffer) => Buffer) => {
    const { input, ...rest } = parts(alg);
    return checkJws({ ...rest, signaturePart: signature(input).toString('base64url') }, alg, key.jwk);
  };
  expect(check('ES256', ec, (input) => sign('sha256', input, ec.privateKey))).toBe('does-not-match');
  expect(check('PS256', rsa, (input) => sign('sha256', input, rsa.privateKey))).toBe('does-not-match');
  const salted = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 };
  expect(check('PS256', rsa, (input) => sign('sha256', input, salted))).toBe('does-not-match');
  const hashed = (input: Buffer) => createHash('sha256').update(input).digest();
  expect(check('ES256', ec, (input) => sign(null, hashed(input), ec.privateKey))).toBe('does-not-match');
});
