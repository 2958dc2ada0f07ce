import { calculateJwkThumbprint } from 'jose';
import type { SigningKey } from '../core/partner/signing-key.ts';
import { materialOf } from './check-jws.ts';

/** Those that a `kid` may mean: the name they were given, or their thumbprint (RFC 7638); all for a token that names none. */
export async function namedKeys(keys: readonly SigningKey[], kid: string | null): Promise<readonly SigningKey[]> {
  if (kid === null) return keys;
  const fits = await Promise.all(
    keys.map(async (key) => key.kid === kid || (await calculateJwkThumbprint(materialOf(key), 'sha256')) === kid),
  );
  return keys.filter((_, index) => fits[index]);
}
