import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A key by which a Manager signs, with its public half as a JWK Set has it. */
export interface ManagerSigner {
  readonly jwk: Readonly<Record<string, unknown>>;
  /** A token that is good for five minutes; claims that are `undefined` are left out. */
  token(claims: Readonly<Record<string, unknown>>): string;
}

/** Signs with ES256, without the library that the gateway checks with. */
export function managerSigner(kid: string): ManagerSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' },
    token(claims) {
      const now = Math.floor(Date.now() / 1_000);
      const said = { gth: '$1$4$hash', nbf: now - 5, exp: now + 300, add: {}, ...claims };
      return signedToken(privateKey, { alg: 'ES256', kid, typ: 'JWT' }, said);
    },
  };
}

/** A compact JWS with any header and claims, right or wrong. */
export function signedToken(
  key: KeyObject,
  header: { readonly alg: string; readonly [more: string]: unknown },
  claims: object,
): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const pss = header.alg.startsWith('PS') ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  const by = { key, dsaEncoding: 'ieee-p1363' as const, ...pss };
  return `${text}.${sign(`sha${header.alg.slice(2)}`, Buffer.from(text), by).toString('base64url')}`;
}

/** `x5t#S256` of a certificate, from its thumbprint in hexadecimal. */
export function confirmation(thumbprint: string): { readonly 'x5t#S256': string } {
  return { 'x5t#S256': Buffer.from(thumbprint, 'hex').toString('base64url') };
}
