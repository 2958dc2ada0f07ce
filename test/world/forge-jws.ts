import { constants, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type SigningKey, signingKey } from '../../src/core/partner/signing-key.ts';

export type KeyKind = 'OKP' | 'EC' | 'RSA';

/** A key pair whose private half signs whatever it is given. */
export interface TestKey {
  readonly kind: KeyKind;
  readonly privateKey: KeyObject;
  /** As it is registered. */
  readonly jwk: SigningKey;
}

export function testKey(kind: KeyKind = 'OKP', kid?: string): TestKey {
  const privateKey = generate(kind);
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kind, privateKey, jwk: signingKey.parse({ ...jwk, use: 'sig', ...(kid === undefined ? {} : { kid }) }) };
}

function generate(kind: KeyKind): KeyObject {
  if (kind === 'OKP') return generateKeyPairSync('ed25519').privateKey;
  if (kind === 'EC') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

export const algOf = { OKP: 'EdDSA', EC: 'ES256', RSA: 'PS256' } as const;

/** How a token is put together; each part as it is given, so that every mistake can be made. */
export interface Forged {
  readonly header: unknown;
  readonly claims: unknown;
  /** JSON text to stand in place of what would be written. */
  readonly headerText?: string;
  readonly claimsText?: string;
  readonly key: TestKey;
}

export function forgeJws({ header, claims, headerText, claimsText, key }: Forged): string {
  const parts = [headerText ?? JSON.stringify(header), claimsText ?? JSON.stringify(claims)].map((text) =>
    Buffer.from(text, 'utf8').toString('base64url'),
  );
  const input = parts.join('.');
  return `${input}.${signatureOf(input, key).toString('base64url')}`;
}

function signatureOf(input: string, { kind, privateKey }: TestKey): Buffer {
  const bytes = Buffer.from(input, 'ascii');
  if (kind === 'OKP') return sign(null, bytes, privateKey);
  if (kind === 'EC') return sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return sign('sha256', bytes, { key: privateKey, ...padding });
}

/** What whoever takes a public key for a secret would believe. */
export function forgeHmac(header: unknown, claims: unknown, secret: string): string {
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** The same bytes in another spelling: the last character with a bit set that stands for nothing. */
export function respell(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  if (part.length % 4 === 0 || part.length % 4 === 1) throw new RangeError('every bit of it stands for something');
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1) ?? '') ^ 1];
}
