import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';

/** What is marked, each under a key of its own, so that no mark of one kind says anything about another. */
export type MarkPurpose = 'person-mark' | 'call-mark' | 'order-mark';

/**
 * Marks values that somebody could guess: HMAC-SHA-256, base64url, under a key that is made of `secret` (HKDF).
 * Whoever has the database without the secret can try no value against them.
 */
export function markUnder(secret: Buffer, purpose: MarkPurpose): (text: string) => string {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), purpose, 32)));
  return (text) => createHmac('sha256', key).update(text, 'utf8').digest('base64url');
}
