import { createHash } from 'node:crypto';
import { canonical } from '../ledger/canonical.ts';
import type { SigningKey } from './signing-key.ts';

/** RFC 7638 thumbprint (SHA-256, base64url): the same for the same key, whatever else its JWK says. */
export function jwkThumbprint(key: SigningKey): string {
  return createHash('sha256')
    .update(canonical(material(key)))
    .digest('base64url');
}

function material(key: SigningKey): Readonly<Record<string, string>> {
  const { kty } = key;
  if (kty === 'RSA') return { e: key.e, kty, n: key.n };
  return kty === 'EC' ? { crv: key.crv, kty, x: key.x, y: key.y } : { crv: key.crv, kty, x: key.x };
}
