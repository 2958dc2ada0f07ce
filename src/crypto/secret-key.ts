import { createCipheriv, createHash, createHmac, createSecretKey } from 'node:crypto';
import { type IdentifiedKey, keyIdBytes, softwareGcm } from './envelope.ts';

/** A secret of 32 bytes: for HMAC-SHA-256 or for AES-256-GCM, never for both. */
export interface SecretKey extends IdentifiedKey {
  hmac(message: Buffer): Buffer;
}

/** What a key's id is made of: it tells two keys apart, and of a key with 256 random bits nothing more. */
export const idText = Buffer.from('sluis key id v1', 'utf8');
/** One block of AES. */
export const idBlock = createHash('sha256').update(idText).digest().subarray(0, 16);

/** 16 hexadecimal digits of what a key makes of `idText` (HMAC) or `idBlock` (AES): the same in a file and in a token. */
export function secretKeyId(made: Buffer): string {
  return createHash('sha256').update(made).digest().subarray(0, keyIdBytes).toString('hex');
}

/** A secret in this process's memory. */
export function softwareSecret(bytes: Buffer, purpose: 'hmac' | 'aes'): SecretKey {
  const key = createSecretKey(bytes);
  const hmac = (message: Buffer): Buffer => createHmac('sha256', key).update(message).digest();
  const block = (): Buffer => createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(idBlock);
  return { id: secretKeyId(purpose === 'hmac' ? hmac(idText) : block()), hmac, ...softwareGcm(key) };
}
