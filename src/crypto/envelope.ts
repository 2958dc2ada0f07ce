import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/** First byte of every ciphertext, so that a later form can stand beside this one. */
const formatVersion = 1;
const ivBytes = 12;
const tagBytes = 16;

/** Ciphertext that is not intact, stands in another context or is under another key. Tells nothing of what was in it. */
export class EnvelopeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EnvelopeError';
  }
}

/**
 * AES-256-GCM: version byte, 12-byte random nonce, ciphertext, 16-byte tag. `context` says where the
 * ciphertext belongs and is authenticated with it, so that it opens nowhere else.
 */
export function encryptEnvelope(key: KeyObject, plaintext: Buffer, context: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(authenticated(context));
  return Buffer.concat([Buffer.of(formatVersion), iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Throws `EnvelopeError`. */
export function decryptEnvelope(key: KeyObject, envelope: Buffer, context: string): Buffer {
  if (envelope.length < 1 + ivBytes + tagBytes || envelope[0] !== formatVersion)
    throw new EnvelopeError('not a ciphertext of this gateway');
  const iv = envelope.subarray(1, 1 + ivBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  decipher.setAAD(authenticated(context));
  decipher.setAuthTag(envelope.subarray(-tagBytes));
  const opened = decipher.update(envelope.subarray(1 + ivBytes, -tagBytes));
  try {
    return Buffer.concat([opened, decipher.final()]);
  } catch {
    throw new EnvelopeError('the ciphertext is not intact, or belongs to another context or key');
  }
}

function authenticated(context: string): Buffer {
  return Buffer.concat([Buffer.of(formatVersion), Buffer.from(context, 'utf8')]);
}
