import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { IdentifierSecrets, SubjectCipher } from '../../src/core/subject/ports.ts';

/** The ports' promises with keys of this test alone: what is stored must be unreadable without them. */
export function testSecrets(): IdentifierSecrets & Pick<SubjectCipher, 'newKey'> {
  const key = randomBytes(32);
  const lookup = (scheme: string, value: string) => createHmac('sha256', key).update(`${scheme}:${value}`).digest();
  return {
    lookup,
    lookups: (scheme, value) => [lookup(scheme, value)],
    lookupKey: '00',
    encrypt(plaintext, context) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      return Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(ciphertext, context) {
      const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.subarray(0, 12)).setAAD(Buffer.from(context));
      decipher.setAuthTag(ciphertext.subarray(-16));
      return Buffer.concat([decipher.update(ciphertext.subarray(12, -16)), decipher.final()]).toString('utf8');
    },
    newKey: () => randomBytes(40),
  };
}
