import { createHash } from 'node:crypto';
import { canonical } from '../ledger/canonical.ts';

/** What makes a public JWK the key that it is. */
export type KeyMaterial =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: string; readonly x: string };

/** RFC 7638 thumbprint (SHA-256, base64url): the same for the same key, whatever else its JWK says. */
export function jwkThumbprint(key: KeyMaterial): string {
  return createHash('sha256')
    .update(canonical(material(key)))
    .digest('base64url');
}

function material(key: KeyMaterial): Readonly<Record<string, string>> {
  const { kty } = key;
  if (kty === 'RSA') return { e: key.e, kty, n: key.n };
  return kty === 'EC' ? { crv: key.crv, kty, x: key.x, y: key.y } : { crv: key.crv, kty, x: key.x };
}
