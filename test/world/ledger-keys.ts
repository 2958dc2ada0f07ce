import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import type { CheckSignature, LedgerSigner } from '../../src/core/ledger/ports.ts';
import type { SubjectCipher } from '../../src/core/subject/ports.ts';

/** A fresh Ed25519 key as the ledger uses it. */
export function newSigner(): LedgerSigner & { readonly check: CheckSignature } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  const thumbprint = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x });
  const object = createPublicKey({ key: jwk, format: 'jwk' });
  return {
    keyId: createHash('sha256').update(thumbprint).digest('base64url'),
    publicKey: Buffer.from(String(jwk.x), 'base64url'),
    jwk: { ...jwk },
    sign: (message) => sign(null, message, privateKey),
    check: (message, signature) => verify(null, message, object, signature),
  };
}

/** AES-256-GCM under keys that are not wrapped: enough to show whose key opens what. */
export function newCipher(dummyKey: Buffer = randomBytes(32)): SubjectCipher {
  return {
    dummyKey,
    newKey: () => randomBytes(32),
    encrypt(key, plaintext, context) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(key, ciphertext, context) {
      const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.subarray(0, 12)).setAAD(Buffer.from(context));
      decipher.setAuthTag(ciphertext.subarray(-16));
      return Buffer.concat([decipher.update(ciphertext.subarray(12, -16)), decipher.final()]);
    },
  };
}
