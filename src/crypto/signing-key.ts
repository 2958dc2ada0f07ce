import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { LedgerSigner } from '../core/ledger/ports.ts';

/** A public Ed25519 key as it is published: `kid` is its RFC 7638 thumbprint. */
export interface PublishedKey {
  readonly keyId: string;
  /** Raw, 32 bytes. */
  readonly publicKey: Buffer;
  readonly jwk: Readonly<Record<string, unknown>>;
}

export function publishedKey(publicKey: Buffer): PublishedKey {
  const x = publicKey.toString('base64url');
  const keyId = createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
  return { keyId, publicKey, jwk: { kty: 'OKP', crv: 'Ed25519', x, kid: keyId, use: 'sig', alg: 'EdDSA' } };
}

/** An Ed25519 key from PEM; null: the PEM does not parse, or is a key of another kind. */
export function softwareSigner(pem: string): LedgerSigner | 'unreadable' | 'other-kind' {
  const privateKey = readable(() => createPrivateKey(pem));
  if (privateKey === null) return 'unreadable';
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  if (publicKey === null) return 'other-kind';
  return { ...publishedKey(publicKey), sign: (message) => sign(null, message, privateKey) };
}

/** The public half of a retired key, from PEM. */
export function retiredKey(pem: string): PublishedKey | 'unreadable' | 'other-kind' {
  const key = readable(() => createPublicKey(pem));
  if (key === null) return 'unreadable';
  const publicKey = rawPublicKey(key);
  return publicKey === null ? 'other-kind' : publishedKey(publicKey);
}

/** As a retired key is kept. */
export function publicPem({ publicKey }: PublishedKey): string {
  const x = publicKey.toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function readable(read: () => KeyObject): KeyObject | null {
  try {
    return read();
  } catch {
    // OpenSSL's own message may quote what it could not read.
    return null;
  }
}

function rawPublicKey(key: KeyObject): Buffer | null {
  if (key.asymmetricKeyType !== 'ed25519') return null;
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}
