import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Crockford base32: no I, L, O or U, so that a code can be read aloud and copied by hand. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groups = 4;
const groupLength = 4;
const codeLength = groups * groupLength;

/** A new code of 80 random bits: `7K3M-Q2ZD-94XT-HB6P`. */
export function newLoginCode(): string {
  // 256 is a multiple of 32, so the low five bits of a random byte are evenly spread.
  const digits = [...randomBytes(codeLength)].map((byte) => alphabet.charAt(byte & 31));
  return Array.from({ length: groups }, (_, group) =>
    digits.slice(group * groupLength, (group + 1) * groupLength).join(''),
  ).join('-');
}

/** The code in the one form that is hashed, from however it was typed; null: it cannot be a code. */
export function readLoginCode(typed: string): string | null {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return code.length === codeLength && [...code].every((digit) => alphabet.includes(digit)) ? code : null;
}

/** What the database holds of a code or a session secret. Their entropy makes a slow hash needless. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A name as it stands beside a code or a session: the key is made of the secret, of which the database holds the hash
 * alone, so that nobody reads it but whoever brings the secret.
 */
export function sealUnder(secret: string, name: string): string {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, keyOf(secret), nonce);
  const sealed = Buffer.concat([sealing.update(name, 'utf8'), sealing.final()]);
  return Buffer.concat([nonce, sealed, sealing.getAuthTag()]).toString('base64url');
}

/** Throws when it is not intact or was sealed under another secret. */
export function openUnder(secret: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const opening = createDecipheriv(cipher, keyOf(secret), bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  opening.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([opening.update(bytes.subarray(nonceBytes, -tagBytes)), opening.final()]).toString('utf8');
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'name beside a login secret', 32));
}
