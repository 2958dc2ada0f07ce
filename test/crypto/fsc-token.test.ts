import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FscRules, verifyFscToken } from '../../src/crypto/fsc-token.ts';
import { managerKeys } from '../../src/crypto/manager-keys.ts';
import { signedToken } from '../world/fsc.ts';

const now = new Date('2026-06-01T12:00:00Z');
const at = now.getTime() / 1_000;
const inway = createHash('sha256').update('inway').digest();
const outway = createHash('sha256').update('outway').digest();
const bearers = [inway.toString('hex'), outway.toString('hex')];
const peer = '00000001123456789000';
const owner = '00000001987654321000';

interface Key {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

function key(alg: string, kid: string, pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): Key {
  return { alg, kid, privateKey: pair.privateKey, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid } };
}

const keys = new Map<string, Key>();
let rules: FscRules;

beforeAll(() => {
  const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits });
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const strong = rsa(2_048);
  for (const one of [
    key('RS256', 'rsa', strong),
    key('ES256', 'p256', ec('P-256')),
    key('ES384', 'p384', ec('P-384')),
    key('ES512', 'p521', ec('P-521')),
    key('RS256', 'short', rsa(1_024)),
    key('ES256', 'twin', ec('P-256')),
    key('ES256', 'foreign', ec('P-256')),
  ]) {
    keys.set(one.kid, one);
  }
  const published = [...keys.values()].filter(({ kid }) => kid !== 'foreign').map(({ jwk }) => jwk);
  const pinned = { ...own('p256').jwk, kid: 'pinned', alg: 'ES256', 'x5t#S256': 'AAAA' };
  const okp = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const set = { keys: [...published, { ...own('twin').jwk }, pinned, { ...okp, kid: 'edwards' }] };
  rules = {
    group: 'fsc.example',
    services: ['sluis'],
    issuer: owner,
    audiences: ['https://inway.example:443', 'https://inway.example'],
    keys: managerKeys(async () => Buffer.from(JSON.stringify(set)), { onProblem: () => undefined }),
    acceptTestOins: false,
  };
});

function own(kid: string): Key {
  const found = keys.get(kid);
  if (found === undefined) throw new RangeError(kid);
  return found;
}

const said = {
  gth: '$1$4$hash',
  gid: 'fsc.example',
  sub: peer,
  iss: owner,
  svc: 'sluis',
  aud: 'https://inway.example:443',
  exp: at + 300,
  nbf: at - 10,
  cnf: { 'x5t#S256': inway.toString('base64url') },
  add: {},
};

interface Wanted {
  readonly kid?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Signed without the library that checks it, so that it can be as wrong as a test wants. */
function token({ kid = 'p256', header = {}, claims = {} }: Wanted = {}): string {
  const signer = own(kid);
  const alg = String(header.alg ?? signer.alg);
  return signedToken(signer.privateKey, { kid, typ: 'JWT', ...header, alg }, { ...said, ...claims });
}

const verify = (sent: readonly string[], more: Partial<FscRules> = {}) =>
  verifyFscToken(sent, { ...rules, ...more }, { bearers, now });

describe('an FSC token that counts', () => {
  it.each([
    ['RS256', 'rsa'],
    ['RS384', 'rsa'],
    ['RS512', 'rsa'],
    ['ES256', 'p256'],
    ['ES384', 'p384'],
    ['ES512', 'p521'],
  ])('is signed with %s', async (alg, kid) => {
    const caller = await verify([token({ kid, header: { alg } })]);
    expect(caller).toEqual({ ok: true, value: { oin: peer, thumbprint: inway.toString('hex') } });
  });

  it.each<[string, Wanted]>([
    [
      'bound to the certificate that the Inway passed on',
      { claims: { cnf: { 'x5t#S256': outway.toString('base64url') } } },
    ],
    ['of a key that is named by its certificate', { header: { kid: undefined, 'x5t#S256': 'AAAA' } }],
    ['of a key that is named by its certificate in `kid`', { header: { kid: undefined, 'x5t#S256': 'p256' } }],
    [
      'without the claims that say nothing new',
      { claims: { iss: undefined, aud: undefined, nbf: undefined, gth: undefined } },
    ],
    [
      'for several addresses, one of them the Inway’s',
      { claims: { aud: ['https://elsewhere.example', 'https://inway.example'] } },
    ],
    ['in the name of another peer, who is the partner', { claims: { act: { sub: owner } } }],
    ['made a little ahead of our clock', { claims: { nbf: at + 29, iat: at + 29 } }],
  ])('may be %s', async (_, wanted) => {
    const caller = await verify([token(wanted)]);
    expect(caller.ok && caller.value.oin).toBe(peer);
  });

  it('may stand after Bearer', async () => {
    expect((await verify([`Bearer ${token()}`])).ok).toBe(true);
  });

  it('may be of a test number only where test numbers are', async () => {
    const sent = [token({ claims: { sub: '00000099000000001000' } })];
    expect(await verify(sent)).toEqual({ ok: false, refusal: 'token-invalid' });
    expect((await verify(sent, { acceptTestOins: true })).ok).toBe(true);
  });
});

describe('an FSC token that does not count', () => {
  const refused: readonly (readonly [string, string, Wanted])[] = [
    ['signed by a key that the Manager does not have', 'token-invalid', { kid: 'foreign' }],
    ['signed by one key and naming another', 'token-invalid', { kid: 'foreign', header: { kid: 'p256' } }],
    ['naming no key', 'token-invalid', { header: { kid: undefined } }],
    ['naming a key that is there twice', 'token-invalid', { kid: 'twin' }],
    ['naming two keys', 'token-invalid', { header: { kid: 'p256', 'x5t#S256': 'BBBB' } }],
    ['of an RSA key below 2048 bits', 'token-invalid', { kid: 'short', header: { alg: 'RS256' } }],
    ['with RSA-PSS, which FSC does not list', 'token-invalid', { kid: 'rsa', header: { alg: 'PS256' } }],
    ['with a critical header', 'token-invalid', { header: { crit: ['exp'], exp: at } }],
    ['of another type', 'token-invalid', { header: { typ: 'secevent+jwt' } }],
    ['over', 'token-expired', { claims: { exp: at } }],
    ['without an end', 'token-invalid', { claims: { exp: undefined } }],
    ['with an end that is text', 'token-invalid', { claims: { exp: String(at + 300) } }],
    ['with an end that is a fraction', 'token-invalid', { claims: { exp: at + 0.5 } }],
    ['not valid yet', 'token-invalid', { claims: { nbf: at + 31 } }],
    ['made in the future', 'token-invalid', { claims: { iat: at + 31 } }],
    ['that ends before it begins', 'token-invalid', { claims: { nbf: at + 20, exp: at + 10 } }],
    ['bound to another certificate', 'token-invalid', { claims: { cnf: { 'x5t#S256': 'A'.repeat(43) } } }],
    ['bound to nothing', 'token-invalid', { claims: { cnf: undefined } }],
    ['bound in another way', 'token-invalid', { claims: { cnf: { jkt: inway.toString('base64url') } } }],
    ['bound in another spelling', 'token-invalid', { claims: { cnf: { 'x5t#S256': inway.toString('base64') } } }],
    ['bound in hexadecimal', 'token-invalid', { claims: { cnf: { 'x5t#S256': inway.toString('hex') } } }],
    ['of another issuer', 'token-invalid', { claims: { iss: peer } }],
    ['for another address', 'token-invalid', { claims: { aud: 'https://elsewhere.example' } }],
    ['for the same name over plain HTTP', 'token-invalid', { claims: { aud: 'http://inway.example' } }],
    ['for the same name at another port', 'token-invalid', { claims: { aud: 'https://inway.example:8443' } }],
    ['of another group', 'wrong-group', { claims: { gid: 'other.example' } }],
    ['of no group', 'token-invalid', { claims: { gid: undefined } }],
    ['for another service', 'service-not-found', { claims: { svc: 'andere-dienst' } }],
    ['for a service in other case', 'service-not-found', { claims: { svc: 'Sluis' } }],
    ['for no service', 'token-invalid', { claims: { svc: undefined } }],
    ['for a peer without an OIN', 'token-invalid', { claims: { sub: '1234567890' } }],
    ['for nobody', 'token-invalid', { claims: { sub: undefined } }],
    ['whose delegate has no OIN', 'token-invalid', { claims: { act: { sub: 'somebody' } } }],
    ['whose delegate is nobody', 'token-invalid', { claims: { act: {} } }],
  ];
  it.each(refused)('%s: %s', async (_, refusal, wanted) => {
    expect(await verify([token(wanted)])).toEqual({ ok: false, refusal });
  });

  const spoilt: readonly (readonly [string, string, (good: string) => readonly string[]])[] = [
    ['that is not there', 'token-missing', () => []],
    ['that is empty', 'token-missing', () => ['']],
    ['of which only Bearer is there', 'token-missing', () => ['Bearer']],
    ['that is there twice', 'token-invalid', (good) => [good, good]],
    ['of another scheme', 'token-invalid', (good) => [`Basic ${good}`]],
    ['after bearer in lower case', 'token-invalid', (good) => [`bearer ${good}`]],
    ['after two spaces', 'token-invalid', (good) => [`Bearer  ${good}`]],
    ['with padding', 'token-invalid', (good) => [`${good}=`]],
    ['with a space', 'token-invalid', (good) => [good.replace('.', ' .')]],
    ['with a fourth part', 'token-invalid', (good) => [`${good}.AAAA`]],
    ['without its signature', 'token-invalid', (good) => [good.replace(/[^.]*$/, '')]],
    ['with another signature', 'token-invalid', (good) => [good.replace(/[^.]*$/, 'A'.repeat(86))]],
    ['with other claims', 'token-invalid', (good) => [withClaims(good, { ...said, svc: 'sluis', sub: owner })]],
    ['with alg none', 'token-invalid', (good) => [withHeader(good, { alg: 'none', kid: 'p256' })]],
    ['with an HMAC', 'token-invalid', (good) => [withHeader(good, { alg: 'HS256', kid: 'p256' })]],
    ['with a header that is no JSON', 'token-invalid', (good) => [good.replace(/^[^.]*/, 'AAAA')]],
    ['that is too large', 'token-invalid', (good) => [`${good}${'A'.repeat(4_096)}`]],
  ];
  it.each(spoilt)('%s: %s', async (_, refusal, spoil) => {
    expect(await verify(spoil(token()))).toEqual({ ok: false, refusal });
  });

  it('whose signature has bits that stand for nothing: token-invalid', async () => {
    const good = token();
    const other = good.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1));
    expect(Buffer.from(other.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(good.split('.')[2] ?? '', 'base64url'),
    );
    expect(await verify([other])).toEqual({ ok: false, refusal: 'token-invalid' });
  });

  it('that cannot be checked because the keys cannot be read: keys-unavailable', async () => {
    const none = managerKeys(() => Promise.reject(new Error('gone')), { onProblem: () => undefined });
    expect(await verify([token()], { keys: none })).toEqual({ ok: false, refusal: 'keys-unavailable' });
  });
});

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function withClaims(good: string, claims: object): string {
  const [header, , signature] = good.split('.');
  return `${header}.${part(claims)}.${signature}`;
}

function withHeader(good: string, header: object): string {
  return `${part(header)}.${good.split('.').slice(1).join('.')}`;
}
