import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';

/** By what a load generator signs for whom it asks: the partner's own Ed25519 key. */
export const tokenSigner = z.strictObject({
  unit: z.string(),
  gatewayOin: z.string(),
  privateJwk: z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string() }),
});
export type TokenSigner = z.infer<typeof tokenSigner>;

const bodyForm = z.looseObject({ onBehalfOf: z.object({ id: z.string(), role: z.string(), name: z.string() }) });

/**
 * Makes of a body, in which a person stands in clear, one function that writes it with a token of its own each
 * time, since each is good for one call. Everything that can be is done beforehand: the client is not what is measured.
 */
export function freshTokens(signer: TokenSigner, path: string): (body: string) => () => string {
  const key = createPrivateKey({ key: signer.privateJwk, format: 'jwk' });
  const header = encoded({ alg: 'EdDSA' });
  return (body) => {
    const { onBehalfOf: user, ...rest } = bodyForm.parse(JSON.parse(body));
    const digest = createHash('sha256')
      .update(`POST\n${path}\n${canonicalize(rest)}`)
      .digest('hex');
    const who = { iss: signer.unit, aud: `urn:nld:oin:${signer.gatewayOin}`, sub: user.id, role: user.role };
    const constant = { ...who, name: user.name, digest: `sha256:${digest}` };
    const before = `${JSON.stringify(rest).slice(0, -1)},"onBehalfOf":"`;
    return () => {
      const nbf = Math.floor(Date.now() / 1_000);
      const input = `${header}.${encoded({ ...constant, nbf, exp: nbf + 240, jti: randomUUID() })}`;
      return `${before}${input}.${sign(null, Buffer.from(input), key).toString('base64url')}"}`;
    };
  };
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
