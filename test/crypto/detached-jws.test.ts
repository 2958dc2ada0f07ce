import { CompactSign, importJWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkDetachedJws, signDetachedJws } from '../../src/crypto/detached-jws.ts';
import { type TestSigner, testSigner } from '../world/signer.ts';

const text = '{"action":"accept"}';
const signedAt = new Date('2026-11-22T10:00:00Z');
let own: TestSigner;
let other: TestSigner;
let signature: string;
beforeAll(async () => {
  own = await testSigner('own');
  other = await testSigner('other');
  signature = await signDetachedJws(text, own.privateJwk, signedAt);
});

const malformed = { ok: false, problem: 'malformed' };

/** Signed as it should be, under whatever header. */
async function under(header: object, payload = text): Promise<string> {
  const key = await importJWK(own.privateJwk, 'EdDSA');
  const jws = await new CompactSign(Buffer.from(payload)).setProtectedHeader(header as { alg: string }).sign(key);
  const [protectedPart, , signaturePart] = jws.split('.');
  return `${protectedPart}..${signaturePart}`;
}

describe('a detached signature', () => {
  it.each(['EdDSA', 'ES256', 'PS256'] as const)('by %s holds for its text, and names its key', async (alg) => {
    const signer = await testSigner('somebody', alg);
    const made = await signDetachedJws(text, signer.privateJwk, signedAt);
    expect(await checkDetachedJws(text, made, signer.key)).toMatchObject({ ok: true, thumbprint: signer.thumbprint });
  });

  it('holds for no other text and no other key', async () => {
    expect(await checkDetachedJws(`${text} `, signature, own.key)).toEqual({ ok: false, problem: 'does-not-match' });
    // It names its key, so that it is not even tried under another.
    expect(await checkDetachedJws(text, signature, other.key)).toEqual(malformed);
    const unnamed = await under({ alg: 'EdDSA', iat: 1 });
    expect(await checkDetachedJws(text, unnamed, other.key)).toEqual({ ok: false, problem: 'does-not-match' });
    expect(await checkDetachedJws(text, unnamed, own.key)).toMatchObject({ ok: true });
  });

  it.each<[string, (signature: string) => string]>([
    ['nothing', () => ''],
    ['with its payload', (made) => made.replace('..', `.${Buffer.from(text).toString('base64url')}.`)],
    ['with a space', (made) => made.replace('..', '.. ')],
    ['with a line feed at the end', (made) => `${made}\n`],
    ['with padding', (made) => `${made}==`],
    ['with plain base64 letters', (made) => made.replace('..', '+..')],
    ['with three dots', (made) => made.replace('..', '...')],
    ['with a fourth part', (made) => `${made}.e30`],
    ['without a signature', (made) => made.slice(0, made.indexOf('..') + 2)],
    ['with bits at the end that stand for nothing', (made) => `${made.slice(0, -1)}${nextLetter(made.at(-1) ?? '')}`],
  ])('that is spelt otherwise is refused: %s', async (_, spoil) => {
    expect(spoil(signature)).not.toBe(signature);
    expect(await checkDetachedJws(text, spoil(signature), own.key)).toEqual(malformed);
  });

  it.each<[string, object]>([
    ['without a time', { alg: 'EdDSA' }],
    ['with a member that is not read', { alg: 'EdDSA', iat: 1, jwk: {} }],
    ['with a time that is no number', { alg: 'EdDSA', iat: '1' }],
    ['with a media type', { alg: 'EdDSA', iat: 1, typ: 'JOSE' }],
  ])('is refused under a header %s', async (_, header) => {
    expect(await checkDetachedJws(text, await under(header), own.key)).toEqual(malformed);
  });

  it('is refused under an algorithm that is not its key’s, and under none', async () => {
    const ofEc = await signDetachedJws(text, (await testSigner('ec', 'ES256')).privateJwk, signedAt);
    const [header] = ofEc.split('..');
    const named = JSON.parse(Buffer.from(header ?? '', 'base64url').toString('utf8')) as { alg: string };
    for (const alg of [named.alg, 'none', 'HS256', 'Ed25519']) {
      const forged = Buffer.from(JSON.stringify({ alg, iat: 1 })).toString('base64url');
      const made = `${forged}..${signature.split('..')[1]}`;
      expect(await checkDetachedJws(text, made, own.key), alg).toEqual({ ok: false, problem: 'wrong-algorithm' });
    }
  });

  it('is known again by its mark, and one that was made later has another', async () => {
    const mark = async (made: string) => {
      const checked = await checkDetachedJws(text, made, own.key);
      return checked.ok ? checked.mark : null;
    };
    const first = await mark(signature);
    expect(first).not.toBeNull();
    expect(await mark(await signDetachedJws(text, own.privateJwk, signedAt))).toBe(first);
    const later = await mark(await signDetachedJws(text, own.privateJwk, new Date('2026-11-22T10:00:01Z')));
    expect(later).not.toBeNull();
    expect(later).not.toBe(first);
  });
});

/** The next letter of the base64url alphabet: 64 bytes end in a letter of which two bits count. */
function nextLetter(letter: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet.charAt(alphabet.indexOf(letter) + 1);
}
