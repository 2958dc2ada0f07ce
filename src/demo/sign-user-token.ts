import { createHash, randomUUID } from 'node:crypto';
import canonicalize from 'canonicalize';
import { CompactSign, calculateJwkThumbprint, importJWK, type JWK } from 'jose';

/** By what a partner's system signs for whom it calls. */
export interface UserSigner {
  readonly unit: string;
  readonly gatewayOin: string;
  readonly privateJwk: JWK;
}

export interface SignedFor {
  readonly path: string;
  /** Without the member that carries the token. */
  readonly body: object;
  readonly user: { readonly id: string; readonly role: string; readonly name: string };
}

const members = ['onBehalfOf', 'approver', 'by'] as const;
const algorithms: Readonly<Record<string, string>> = { OKP: 'EdDSA', EC: 'ES256', RSA: 'PS256' };

/** The body as a partner's system sends it: where it names a person, a token by its unit stands in that place. */
export async function withUserToken(signer: UserSigner, path: string, body: unknown): Promise<unknown> {
  if (typeof body !== 'object' || body === null) return body;
  for (const member of members) {
    const { [member]: user, ...rest } = body as Readonly<Record<string, unknown>>;
    if (isUser(user)) return { ...rest, [member]: await signUserToken(signer, { path, body: rest, user }) };
  }
  return body;
}

/** A compact JWS that says for whom this one call is made; `claims` replaces what it would say otherwise. */
export async function signUserToken(
  { unit, gatewayOin, privateJwk }: UserSigner,
  { path, body, user }: SignedFor,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const said = {
    iss: unit,
    aud: `urn:nld:oin:${gatewayOin}`,
    sub: user.id,
    role: user.role,
    name: user.name,
    nbf: now,
    exp: now + 240,
    jti: randomUUID(),
    digest: requestDigest(path, body),
    ...claims,
  };
  const alg = algorithms[privateJwk.kty ?? ''] ?? '';
  const kid = await calculateJwkThumbprint(privateJwk, 'sha256');
  return new CompactSign(Buffer.from(JSON.stringify(said), 'utf8'))
    .setProtectedHeader({ alg, kid, typ: 'JWT' })
    .sign(await importJWK(privateJwk, alg));
}

/** What ties a token to its call: method, path and the canonical JSON (RFC 8785) of the rest of the body. */
function requestDigest(path: string, body: object): string {
  const text = `POST\n${path}\n${canonicalize(JSON.parse(JSON.stringify(body)))}`;
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

function isUser(value: unknown): value is SignedFor['user'] {
  return (
    typeof value === 'object' && value !== null && Object.keys(value).sort().join() === ['id', 'name', 'role'].join()
  );
}
