import { hash } from 'node:crypto';

/** Of the parts one after another. In one call: what the ledger hashes is short, and there is much of it. */
export function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return hash('sha256', only, 'buffer');
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  return hash('sha256', Buffer.concat(bytes), 'buffer');
}

/** Unpadded base64url, the one spelling of bytes in leaves and receipts. */
export function toBase64Url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

/**
 * Exactly `length` bytes, or null. Node skips what it does not know and ignores loose bits, so the
 * bytes are written again and compared: each value has one spelling.
 */
export function fromBase64Url(text: string, length: number): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === length && bytes.toString('base64url') === text ? bytes : null;
}

/** As `fromBase64Url`, in the padded standard alphabet that signed notes use; any length. */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
