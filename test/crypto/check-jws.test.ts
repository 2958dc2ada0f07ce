import { describe, expect, test } from 'vitest';
import { readCompactJws } from '../../src/core/compact-jws.ts';
import { signingKey } from '../../src/core/partner/signing-key.ts';
import { checkByAnyKey } from '../../src/crypto/check-jws.ts';
import { forgeJws, testKey } from '../world/forge-jws.ts';

const good = testKey('EC', 'good');
const ones = Buffer.alloc(32, 1).toString('base64url');
/** In the form of a key; no point of P-256. */
const broken = signingKey.parse({ kty: 'EC', crv: 'P-256', use: 'sig', kid: 'broken', x: ones, y: ones });
const jws = readCompactJws(forgeJws({ header: { alg: 'ES256' }, claims: { iss: 'a' }, key: good }));
if (jws === null) throw new Error('not a JWS');

describe('a published key that is no key', () => {
  test('signed nothing', async () => {
    expect(await checkByAnyKey(jws, 'ES256', [broken])).toBe('does-not-match');
    // and again, when it was met before
    expect(await checkByAnyKey(jws, 'ES256', [broken])).toBe('does-not-match');
  });

  test('takes nothing from the keys beside it', async () => {
    expect(await checkByAnyKey(jws, 'ES256', [broken, good.jwk])).toBe('good');
    expect(await checkByAnyKey(jws, 'ES256', [good.jwk, broken])).toBe('good');
  });
});
