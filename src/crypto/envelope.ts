import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { randomBytes } from './entropy.ts';

/** First byte of every ciphertext: which form it has, so that a later one can stand beside this one. */
const plainForm = 1;
/** As the plain form, with the id of its key before the nonce. */
const keyedForm = 2;
export const keyIdBytes = 8;
const ivBytes = 12;
const tagBytes = 16;

/** Ciphertext that is not intact, stands in another context or is under another key. Tells nothing of what was in it. */
export class EnvelopeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EnvelopeError';
  }
}

/** AES-256-GCM under one key, wherever that is: `seal` gives ciphertext and tag, `open` takes them. */
export interface GcmKey {
  seal(iv: Buffer, aad: Buffer, plaintext: Buffer): Buffer;
  /** null: not intact, or under another key. */
  open(iv: Buffer, aad: Buffer, sealed: Buffer): Buffer | null;
}

export function softwareGcm(key: KeyObject): GcmKey {
  return {
    seal(iv, aad, plaintext) {
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(aad);
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    open(iv, aad, sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
      decipher.setAAD(aad);
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      const opened = decipher.update(sealed.subarray(0, -tagBytes));
      try {
        return Buffer.concat([opened, decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

/**
 * AES-256-GCM: form byte, 12-byte random nonce, ciphertext, 16-byte tag. `context` says where the
 * ciphertext belongs and is authenticated with it, so that it opens nowhere else.
 */
export function encryptEnvelope(key: GcmKey, plaintext: Buffer, context: string): Buffer {
  const iv = randomBytes(ivBytes);
  return Buffer.concat([Buffer.of(plainForm), iv, key.seal(iv, authenticated(plainForm, context), plaintext)]);
}

/** Throws `EnvelopeError`. */
export function decryptEnvelope(key: GcmKey, envelope: Buffer, context: string): Buffer {
  if (envelope.length < 1 + ivBytes + tagBytes || envelope[0] !== plainForm)
    throw new EnvelopeError('not a ciphertext of this gateway');
  const iv = envelope.subarray(1, 1 + ivBytes);
  const opened = key.open(iv, authenticated(plainForm, context), envelope.subarray(1 + ivBytes));
  if (opened === null) throw new EnvelopeError('the ciphertext is not intact, or belongs to another context or key');
  return opened;
}

/** A key among several of one use: the ciphertext says under which it is. */
export interface IdentifiedKey extends GcmKey {
  /** 16 hexadecimal digits. */
  readonly id: string;
}

/** As `encryptEnvelope`, with the id of the key, so that it can be replaced while others still read. */
export function encryptUnder(key: IdentifiedKey, plaintext: Buffer, context: string): Buffer {
  const iv = randomBytes(ivBytes);
  const id = Buffer.from(key.id, 'hex');
  const head = Buffer.concat([Buffer.of(keyedForm), id, iv]);
  return Buffer.concat([head, key.seal(iv, authenticated(keyedForm, context, id), plaintext)]);
}

/**
 * Opens what any of these keys sealed. One from before ciphertexts named their key opens under
 * whichever it was. Throws `EnvelopeError`.
 */
export function decryptUnder(keys: readonly IdentifiedKey[], envelope: Buffer, context: string): Buffer {
  if (envelope[0] === plainForm) return decryptWithAny(keys, envelope, context);
  const start = 1 + keyIdBytes + ivBytes;
  if (envelope.length < start + tagBytes || envelope[0] !== keyedForm)
    throw new EnvelopeError('not a ciphertext of this gateway');
  const id = envelope.subarray(1, 1 + keyIdBytes);
  const key = keys.find((each) => each.id === id.toString('hex'));
  if (key === undefined) throw new EnvelopeError('the ciphertext is under a key that is not here');
  const iv = envelope.subarray(1 + keyIdBytes, start);
  const opened = key.open(iv, authenticated(keyedForm, context, id), envelope.subarray(start));
  if (opened === null) throw new EnvelopeError('the ciphertext is not intact, or belongs to another context or key');
  return opened;
}

function decryptWithAny(keys: readonly IdentifiedKey[], envelope: Buffer, context: string): Buffer {
  if (envelope.length < 1 + ivBytes + tagBytes) throw new EnvelopeError('not a ciphertext of this gateway');
  const iv = envelope.subarray(1, 1 + ivBytes);
  for (const key of keys) {
    const opened = key.open(iv, authenticated(plainForm, context), envelope.subarray(1 + ivBytes));
    if (opened !== null) return opened;
  }
  throw new EnvelopeError('the ciphertext is not intact, or belongs to another context or key');
}

function authenticated(form: number, context: string, id: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.of(form), id, Buffer.from(context, 'utf8')]);
}
