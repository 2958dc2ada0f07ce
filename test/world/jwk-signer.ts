import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { LedgerSigner } from '../../src/core/ledger/ports.ts';

/** A fresh private Ed25519 key with its thumbprint, as it is sent to a process that signs with it. */
export async function privateJwk(): Promise<Record<string, unknown>> {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: await calculateJwkThumbprint({ ...jwk, kty: 'OKP' }) };
}

/** @param onSign told what is about to be signed, each time that the key is used */
export function jwkSigner(
  jwk: Readonly<Record<string, unknown>>,
  onSign: (message: Buffer) => void = () => undefined,
): LedgerSigner {
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const { kty, crv, x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    keyId: String(jwk.kid),
    publicKey: Buffer.from(String(x), 'base64url'),
    jwk: { kty, crv, x },
    sign(message) {
      onSign(message);
      return sign(null, message, key);
    },
  };
}
