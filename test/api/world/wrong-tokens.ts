import { randomUUID } from 'node:crypto';
import { idempotencyOf } from '../../../src/api/idempotency.ts';
import type { Oin } from '../../../src/core/partner/partner.ts';
import { algOf, type Forged, forgeHmac, forgeJws, respell, testKey } from '../../world/forge-jws.ts';
import { requestBodyJson } from './records.ts';

export const gatewayOin = '00000099000000009000' as Oin;
export const nowMs = Date.parse('2026-11-21T10:00:00.000Z');
export const nowS = nowMs / 1000;
export const keys = { OKP: testKey('OKP'), EC: testKey('EC', 'ec-2026'), RSA: testKey('RSA') };
const foreign = testKey('OKP');
export const path = '/v1/requests';

/** The body without its token. */
const { onBehalfOf: _, ...unsigned } = requestBodyJson();
export const rest = unsigned;
const digest = idempotencyOf('any', path, rest).digest;

function claims(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const said = {
    iss: 'municipality-a',
    aud: `urn:nld:oin:${gatewayOin}`,
    sub: 'u1',
    role: 'casemanager',
    name: 'A. de Wit',
    nbf: nowS - 10,
    exp: nowS + 240,
    jti: randomUUID(),
    digest,
    ...more,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

export function token(more: Readonly<Record<string, unknown>> = {}, forged: Partial<Forged> = {}): string {
  const key = forged.key ?? keys.OKP;
  return forgeJws({ header: { alg: algOf[key.kind] }, claims: claims(more), key, ...forged });
}

const [protectedPart = '', payloadPart = '', signaturePart = ''] = token().split('.');
export const withHeader = (header: object) => token({}, { header: { alg: 'EdDSA', ...header } });

/** What is wrong with it, the status and code that say so, and the token. */
type Row = readonly [what: string, status: 400 | 403, code: string, make: () => unknown];

export const malformed: readonly Row[] = [
  ['text', 400, 'malformed', () => 'geen token'],
  ['two parts', 400, 'malformed', () => `${protectedPart}.${payloadPart}`],
  ['four parts', 400, 'malformed', () => `${token()}.AAAA`],
  ['a detached payload', 400, 'malformed', () => `${protectedPart}..${signaturePart}`],
  ['no signature', 400, 'malformed', () => `${protectedPart}.${payloadPart}.`],
  ['padding', 400, 'malformed', () => `${token()}==`],
  ['padding in its middle', 400, 'malformed', () => `${protectedPart}=.${payloadPart}.${signaturePart}`],
  ['a space before it', 400, 'malformed', () => ` ${token()}`],
  ['a line end after it', 400, 'malformed', () => `${token()}\n`],
  ['a space inside', 400, 'malformed', () => token().replace('.', ' .')],
  ['base64 in place of base64url', 400, 'malformed', () => `${protectedPart}.${payloadPart}.${'+/'.repeat(43)}`],
  [
    'a signature in another spelling',
    400,
    'malformed',
    () => `${protectedPart}.${payloadPart}.${respell(signaturePart)}`,
  ],
  ['a Bearer before it', 400, 'malformed', () => `Bearer ${token()}`],
  ['a header that is no JSON', 400, 'malformed', () => token({}, { headerText: 'alg=EdDSA' })],
  ['a header that is a list', 400, 'malformed', () => token({}, { headerText: '[{"alg":"EdDSA"}]' })],
  ['claims that are a text', 400, 'malformed', () => token({}, { claimsText: '"u1"' })],
  [
    'claims after a byte order mark',
    400,
    'malformed',
    () => token({}, { claimsText: `\ufeff${JSON.stringify(claims())}` }),
  ],
  [
    'a claim twice',
    400,
    'malformed',
    () => token({}, { claimsText: JSON.stringify(claims()).replace('{', '{"role":"physician",') }),
  ],
  [
    'a claim twice, once in escapes',
    400,
    'malformed',
    () => token({}, { claimsText: JSON.stringify(claims()).replace('{', '{"\\u0072ole":"physician",') }),
  ],
  ['alg twice', 400, 'malformed', () => token({}, { headerText: '{"alg":"none","alg":"EdDSA"}' })],
  [
    'a prototype',
    400,
    'malformed',
    () => token({}, { claimsText: JSON.stringify(claims()).replace('{', '{"__proto__":{},') }),
  ],
  ['crit', 400, 'malformed', () => withHeader({ crit: ['exp'] })],
  ['a key of its own', 400, 'malformed', () => token({}, { header: { alg: 'EdDSA', jwk: foreign.jwk }, key: foreign })],
  ['an address for keys', 400, 'malformed', () => withHeader({ jku: 'https://example.org/jwks' })],
  ['a certificate of its own', 400, 'malformed', () => withHeader({ x5c: ['MIIB'] })],
  ['b64', 400, 'malformed', () => withHeader({ b64: false })],
  ['another typ', 400, 'malformed', () => withHeader({ typ: 'dpop+jwt' })],
  ['no alg', 400, 'malformed', () => token({}, { header: {} })],
  ['an unknown claim', 400, 'malformed', () => token({ admin: true })],
  ['two audiences', 400, 'malformed', () => token({ aud: [`urn:nld:oin:${gatewayOin}`, 'other'] })],
  ['a time as text', 400, 'malformed', () => token({ exp: String(nowS + 240) })],
  ['a fraction of a second', 400, 'malformed', () => token({ exp: nowS + 240.5 })],
  ['a jti of 15 characters', 400, 'malformed', () => token({ jti: 'a'.repeat(15) })],
  ['a jti with a space', 400, 'malformed', () => token({ jti: 'a b'.repeat(8) })],
  ['an empty role', 400, 'malformed', () => token({ role: '' })],
  ['a role within spaces', 400, 'malformed', () => token({ role: ' physician' })],
  ['a line end in the name', 400, 'malformed', () => token({ name: 'A.\nde Wit' })],
  ...[0x202e, 0x2066, 0x200b, 0x200f, 0x061c, 0xfeff, 0xad, 0x2028, 0xe0041].flatMap((code): Row[] => [
    [
      `U+${code.toString(16)} in the name`,
      400,
      'malformed',
      () => token({ name: `A.${String.fromCodePoint(code)}Wit` }),
    ],
    [`U+${code.toString(16)} in the role`, 400, 'malformed', () => token({ role: `a${String.fromCodePoint(code)}b` })],
  ]),
  [
    'half a character',
    400,
    'malformed',
    () => token({}, { claimsText: JSON.stringify(claims()).replace('de Wit', '\\ud800') }),
  ],
  ['a digest in capitals', 400, 'malformed', () => token({ digest: digest.toUpperCase() })],
  ...['iss', 'aud', 'sub', 'role', 'name', 'nbf', 'exp', 'jti', 'digest'].map(
    (member): Row => [`no ${member}`, 400, 'malformed', () => token({ [member]: undefined })],
  ),
];

export const refused: readonly Row[] = [
  ['alg none', 403, 'wrong-algorithm', () => token({}, { header: { alg: 'none' } })],
  ['alg None', 403, 'wrong-algorithm', () => token({}, { header: { alg: 'None' } })],
  [
    'alg HS256 by the public key',
    403,
    'wrong-algorithm',
    () => forgeHmac({ alg: 'HS256' }, claims(), String(keys.OKP.jwk.kty)),
  ],
  ['alg RS256', 403, 'wrong-algorithm', () => token({}, { header: { alg: 'RS256' }, key: keys.RSA })],
  ['alg in small letters', 403, 'wrong-algorithm', () => token({}, { header: { alg: 'eddsa' } })],
  [
    'the algorithm of another kind of key than it names',
    403,
    'wrong-algorithm',
    () => token({}, { header: { alg: 'EdDSA', kid: 'ec-2026' } }),
  ],
  ['the key of somebody else', 403, 'does-not-match', () => token({}, { key: foreign })],
  ['a kid that nobody has', 403, 'unknown-key', () => withHeader({ kid: 'other' })],
  [
    'the kid of another key',
    403,
    'does-not-match',
    () => token({}, { header: { alg: 'ES256', kid: 'ec-2026' }, key: testKey('EC') }),
  ],
  [
    'the signature of another token',
    403,
    'does-not-match',
    () => [...token().split('.').slice(0, 2), signaturePart].join('.'),
  ],
  [
    'claims that were changed',
    403,
    'does-not-match',
    () => {
      const [header, , signature] = token().split('.');
      return [header, Buffer.from(JSON.stringify(claims({ role: 'physician' }))).toString('base64url'), signature].join(
        '.',
      );
    },
  ],
  ['the name of another unit', 403, 'wrong-issuer', () => token({ iss: 'prison-a' })],
  ['another gateway’s number', 403, 'wrong-audience', () => token({ aud: 'urn:nld:oin:00000099000000008000' })],
  ['the number without its urn', 403, 'wrong-audience', () => token({ aud: gatewayOin })],
  ['its time over', 403, 'expired', () => token({ nbf: nowS - 300, exp: nowS - 30 })],
  ['its time to come', 403, 'not-yet-valid', () => token({ nbf: nowS + 31, exp: nowS + 240 })],
  ['an iat to come', 403, 'not-yet-valid', () => token({ iat: nowS + 31 })],
  ['more than five minutes', 403, 'lives-too-long', () => token({ nbf: nowS - 10, exp: nowS + 291 })],
  ['an end before its start', 403, 'lives-too-long', () => token({ nbf: nowS + 10, exp: nowS + 10 })],
  [
    'the digest of another body',
    403,
    'other-request',
    () => token({ digest: idempotencyOf('k', path, { ...rest, purpose: 'b' }).digest }),
  ],
  [
    'the digest of another path',
    403,
    'other-request',
    () => token({ digest: idempotencyOf('k', `${path}/x`, rest).digest }),
  ],
];
