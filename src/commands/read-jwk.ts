import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import { type SigningKey, signingKey } from '../core/partner/signing-key.ts';
import { publicHalf } from '../crypto/detached-jws.ts';

/** A public signing key and its RFC 7638 thumbprint. Throws `ConfigError`: also for a private key, which stays where it is. */
export async function readPublicJwk(file: string): Promise<{ readonly key: SigningKey; readonly thumbprint: string }> {
  const parsed = signingKey.safeParse(readJson(file));
  if (!parsed.success) {
    throw new ConfigError([`${file}: is not a public JWK for signatures (Ed25519, P-256 or RSA, with "use": "sig")`]);
  }
  return { key: parsed.data, thumbprint: await calculateJwkThumbprint(publicHalf(parsed.data as JWK), 'sha256') };
}

const privateJwk = z.looseObject({ kty: z.enum(['OKP', 'EC', 'RSA']), d: z.string().min(1) });

/** A private signing key, for the time of one signature. Throws `ConfigError`. */
export function readPrivateJwk(file: string): JWK {
  const parsed = privateJwk.safeParse(readJson(file));
  const usable = parsed.success && signingKey.safeParse({ ...publicHalf(parsed.data as JWK), use: 'sig' }).success;
  if (!parsed.success || !usable) {
    throw new ConfigError([`${file}: is not a private JWK for signatures (Ed25519, P-256 or RSA)`]);
  }
  return parsed.data as JWK;
}

export function readJson(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConfigError([`${file}: is not JSON`]);
    throw error;
  }
}
