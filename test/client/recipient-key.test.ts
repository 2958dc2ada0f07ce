import { sign } from 'node:crypto';
import type { JWK } from 'jose';
import { answerSealed } from 'sluis/client';
import { expect, it } from 'vitest';
import { encryptionPair } from '../world/encryption-keys.ts';
import { keysOf } from '../world/pki/keys.ts';
import { daysAway, scene } from '../world/pki/scene.ts';
import { options, type Proven } from './sealing-options.ts';

const now = Math.floor(Date.now() / 1_000);
const day = 86_400;
const met = scene({ leaf: { notAfter: daysAway(900) } });
const own = keysOf('p256:leaf').publicKey.export({ format: 'jwk' }) as JWK;
const { jwk } = encryptionPair();

/** What became of sealing under a certificate of 900 days; `sealed` where nothing stood against it. */
async function outcome(proven: Proven, at = met): Promise<unknown> {
  try {
    return Object.keys((await answerSealed(options(at, {}, proven))).sealed).length > 0 ? 'sealed' : 'nothing sealed';
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return error.code;
  }
}

/** The same proof with a member of its claims or header twice, signed again by its own certificate's key. */
function twice(part: 0 | 1, member: string) {
  return (proof: string) => {
    const parts = proof.split('.').slice(0, 2);
    const text = Buffer.from(parts[part] ?? '', 'base64url').toString('utf8');
    parts[part] = Buffer.from(`{${member},${text.slice(1)}`).toString('base64url');
    const input = parts.join('.');
    const key = { key: met.leafKeys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
  };
}

it('seals to a key by a proof of the one form', async () => {
  expect(await outcome({})).toBe('sealed');
  expect(await outcome({ claims: { nbf: now - 60, exp: now - 60 + 731 * day } })).toBe('sealed');
  expect(await outcome({ claims: { jwk: { ...jwk, kid: 'k'.repeat(9_000) } } })).toBe('key-other');
});

it.each<[string, Proven, string]>([
  ['for longer than two years', { claims: { nbf: now - 60, exp: now - 59 + 731 * day } }, 'key-malformed'],
  ['that ends before it begins', { claims: { nbf: now, exp: now } }, 'key-malformed'],
  ['of which the start is text', { claims: { nbf: String(now - 60) } }, 'key-malformed'],
  ['of which the end is text', { claims: { exp: String(now + day) } }, 'key-malformed'],
  ['of which the start is nothing', { claims: { nbf: null } }, 'key-malformed'],
  ['of which the start is between seconds', { claims: { nbf: now - 0.5 } }, 'key-malformed'],
  ['that names its unit twice', { spell: twice(1, '"iss":"bron"') }, 'key-malformed'],
  ['that names its algorithm twice', { spell: twice(0, '"alg":"none"') }, 'key-malformed'],
  ['over the key of its certificate', { jwk: { ...own, use: 'enc' } }, 'key-of-certificate'],
])('does not seal by a proof %s', async (_, proven, code) => {
  expect(await outcome(proven)).toBe(code);
});

it('does not seal by a proof that outlives its certificate, or is longer than a proof may be', async () => {
  const soon = scene({ leaf: { notAfter: daysAway(10) } });
  const end = Math.floor(daysAway(10).getTime() / 1_000);
  expect(await outcome({ claims: { exp: end - 5 } }, soon)).toBe('sealed');
  expect(await outcome({ claims: { exp: end + 5 } }, soon)).toBe('key-time');
  const named = (chars: number) => ({ ...jwk, kid: 'k'.repeat(chars) }) as JWK;
  expect(await outcome({ jwk: named(9_000) })).toBe('sealed');
  expect(await outcome({ jwk: named(11_000) })).toBe('key-malformed');
});
