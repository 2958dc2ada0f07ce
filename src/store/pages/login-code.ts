import { createHash, randomBytes } from 'node:crypto';

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
