import { CompactEncrypt, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import type { Sealer } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import { encryptionKey } from '../core/partner/encryption-key.ts';

/** One algorithm for each kind of key. */
const algorithms = { RSA: 'RSA-OAEP-256', EC: 'ECDH-ES', OKP: 'ECDH-ES' } as const;

interface Lock {
  readonly key: Awaited<ReturnType<typeof importJWK>>;
  readonly alg: string;
  readonly kid: string;
}

/**
 * Seals to an encryption key that the recipient registered: compact JWE, content under A256GCM.
 * INVARIANT: there is no way from here to clear text; a key that cannot be used is
 * `Fault('seal-impossible')`.
 */
export function joseSealer(): Sealer {
  const locks = new WeakMap<object, Lock>();
  return {
    async seal(payload, registered) {
      const lock = locks.get(registered) ?? (await lockOf(registered));
      locks.set(registered, lock);
      const { key, alg, kid } = lock;
      const content = Buffer.from(JSON.stringify(payload), 'utf8');
      try {
        return await new CompactEncrypt(content)
          .setProtectedHeader({ alg, enc: 'A256GCM', kid, typ: 'JWE', cty: 'application/json' })
          .encrypt(key);
      } catch (error) {
        // A point of small order is a key to some readers, and agrees on nothing.
        throw impossible('nothing can be sealed to the registered key', error);
      }
    },
  };
}

async function lockOf(registered: unknown): Promise<Lock> {
  const parsed = encryptionKey.safeParse(registered);
  if (!parsed.success) throw impossible('the registered key is not a public RSA, EC or OKP key for encryption');
  const { use: _use, alg = algorithms[parsed.data.kty], kid, ...jwk } = parsed.data;
  return { key: await importPublic(jwk, alg), alg, kid: kid ?? (await calculateJwkThumbprint(jwk)) };
}

async function importPublic(jwk: JWK, alg: string): Promise<Lock['key']> {
  try {
    return await importJWK(jwk, alg);
  } catch (error) {
    // jose and OpenSSL throw many things for a damaged key; none of them can be sealed to.
    throw impossible('the registered key is damaged', error);
  }
}

function impossible(problem: string, cause?: unknown): Fault {
  return new Fault('seal-impossible', problem, cause === undefined ? undefined : { cause });
}
