import { createHash, randomUUID } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, importJWK } from 'jose';

/** @type {Readonly<Record<string, string>>} */
const algorithms = { OKP: 'EdDSA', EC: 'ES256', RSA: 'PS256' };
/** The gateway takes no token that lives longer than five minutes. */
const livesSeconds = 240;

/**
 * The token that says for whom one call is made: good for this path and this body, and once.
 * @param {{ readonly unit: string, readonly gatewayOin: string, readonly signingKey: import('jose').JWK }} signer
 * @param {{ readonly path: string, readonly body: object, readonly user: import('./client-types.d.mts').User }} call
 */
export async function userToken({ unit, gatewayOin, signingKey }, { path, body, user }) {
  const alg = algorithms[signingKey.kty ?? ''];
  if (alg === undefined) throw new TypeError('signingKey must be an Ed25519, P-256 or RSA key');
  const nbf = Math.floor(Date.now() / 1_000);
  const text = `POST\n${path}\n${canonical(JSON.parse(JSON.stringify(body)))}`;
  const claims = {
    iss: unit,
    aud: `urn:nld:oin:${gatewayOin}`,
    sub: user.id,
    role: user.role,
    name: user.name,
    nbf,
    exp: nbf + livesSeconds,
    jti: randomUUID(),
    digest: `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`,
  };
  return new CompactSign(Buffer.from(JSON.stringify(claims), 'utf8'))
    .setProtectedHeader({ alg, kid: await calculateJwkThumbprint(signingKey, 'sha256'), typ: 'JWT' })
    .sign(await importJWK(signingKey, alg));
}

/** JSON in one spelling (RFC 8785): members in the order of their UTF-16 code units. @param {unknown} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
