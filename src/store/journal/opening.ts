import { z } from 'zod';
import type { Opening } from '../../core/ledger/entry.ts';
import type { SubjectCipher } from '../../core/subject/ports.ts';

const secret = z.strictObject({ salt: z.string(), value: z.string() });

/** What an opening may be long: what a person's record holds would show in how long its conditions are. */
const shortBytes = 256;
const stepBytes = 4_096;

/** Salt and value of a commitment under a subject's key, bound to their entry and name so that rows cannot be swapped. */
export function sealOpening(cipher: SubjectCipher, wrappedKey: Buffer, entry: string, opening: Opening): Buffer {
  const { name, salt, value } = opening;
  return cipher.encrypt(wrappedKey, padded(JSON.stringify({ salt, value })), context(entry, name));
}

/** Throws when the ciphertext is not intact, under another key, or of another entry or name. */
export function openOpening(
  cipher: SubjectCipher,
  wrappedKey: Buffer,
  entry: string,
  sealed: { readonly name: string; readonly ciphertext: Buffer },
): Opening {
  const text = cipher.decrypt(wrappedKey, sealed.ciphertext, context(entry, sealed.name));
  return { name: sealed.name, ...secret.parse(JSON.parse(text)) };
}

/** Spaces after JSON mean nothing to whoever reads it. */
function padded(json: string): string {
  const bytes = Buffer.byteLength(json);
  const long = bytes <= shortBytes ? shortBytes : Math.ceil(bytes / stepBytes) * stepBytes;
  return json + ' '.repeat(long - bytes);
}

function context(entry: string, name: string): string {
  return `ledger-opening/${entry}/${name}`;
}
