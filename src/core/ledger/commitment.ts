import { hash } from 'node:crypto';
import { toBase64Url } from './encoding.ts';
import type { EntryDraft, Opening } from './entry.ts';

/** Bytes of randomness that keep a guessed value from being recognised by its commitment. */
export const saltBytes = 16;

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * base64url SHA-256 over salt (16 bytes) ‖ name (UTF-8) ‖ 0x00 ‖ value (UTF-8). A name holds no
 * zero byte, so no other name and value give the same input.
 */
export function commitment(name: string, salt: Buffer, value: string): string {
  if (salt.length !== saltBytes) throw new TypeError('a salt is 16 bytes');
  if (!nameForm.test(name)) throw new TypeError('the name of a commitment has a wrong form');
  if (!value.isWellFormed()) throw new TypeError('a committed value is not well-formed text');
  const text = `${name}\0${value}`;
  const input = Buffer.allocUnsafe(saltBytes + Buffer.byteLength(text));
  salt.copy(input);
  input.write(text, saltBytes);
  return hash('sha256', input, 'base64url');
}

/** Names that a draft commits to, in the order in which salts are given. */
export function committedNames(draft: EntryDraft): readonly string[] {
  return [...Object.keys(draft.personal), ...Object.keys(draft.fleeting)].sort();
}

/**
 * The openings of a draft's commitments; `salts` holds 16 fresh random bytes for each of
 * `committedNames`. Throws `TypeError` when a name is both personal and fleeting.
 */
export function openingsOf(draft: EntryDraft, salts: Buffer): readonly Opening[] {
  const names = committedNames(draft);
  if (salts.length !== names.length * saltBytes) throw new TypeError('one salt is needed for each commitment');
  return names.map((name, index) => {
    const personal = own(draft.personal, name);
    const fleeting = own(draft.fleeting, name);
    const value = personal ?? fleeting;
    if (value === undefined || (personal !== undefined && fleeting !== undefined)) {
      throw new TypeError('a committed name is either personal or fleeting');
    }
    return { name, salt: toBase64Url(salts.subarray(index * saltBytes, (index + 1) * saltBytes)), value };
  });
}

function own(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
