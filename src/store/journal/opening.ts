import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { saltBytes } from '../../core/ledger/commitment.ts';
import type { Opening } from '../../core/ledger/entry.ts';
import type { SubjectCipher } from '../../core/subject/ports.ts';

/** The first byte says how the value stands there; what begins with `{` is JSON from before. */
const plain = 1;
const deflated = 2;
const json = 0x7b;
/** Form, salt, and how many bytes of value follow. */
const lengthAt = 1 + saltBytes;
const headerBytes = lengthAt + 4;

/** Lengths double from here, so that no more shows of what people wrote than its order of size. */
const shortBytes = 64;
/**
 * What follows from a person's record: that would show in how long it is. Deflated, the conditions of every
 * shipped policy fit in one step, whoever they are about.
 */
const fromRecord: ReadonlySet<string> = new Set(['conditions']);
const recordStepBytes = 480;
/** What fits in a step as it is gains nothing by it. */
const worthDeflating = recordStepBytes - headerBytes;
/** Small windows: measured, 30 µs for the longest conditions. */
const deflating = { level: 4, memLevel: 4, windowBits: 12 } as const;
/** No value of an entry is longer, since it came in a request body of at most a megabyte. */
const longestBytes = 2 ** 20;

/** Salt and value of a commitment under a subject's key, bound to their entry and name so that rows cannot be swapped. */
export function sealOpening(cipher: SubjectCipher, wrappedKey: Buffer, entry: string, opening: Opening): Buffer {
  return cipher.encrypt(wrappedKey, packed(opening), context(entry, opening.name));
}

/** Throws when the ciphertext is not intact, under another key, or of another entry or name. */
export function openOpening(
  cipher: SubjectCipher,
  wrappedKey: Buffer,
  entry: string,
  sealed: { readonly name: string; readonly ciphertext: Buffer },
): Opening {
  const bytes = cipher.decrypt(wrappedKey, sealed.ciphertext, context(entry, sealed.name));
  return { name: sealed.name, ...unpacked(bytes) };
}

function packed({ name, salt, value }: Opening): Buffer {
  const text = Buffer.from(value, 'utf8');
  const short = text.length <= worthDeflating ? text : deflateRawSync(text, deflating);
  const [form, content] = short.length < text.length ? [deflated, short] : [plain, text];
  const bytes = Buffer.alloc(lengthOf(name, headerBytes + content.length));
  bytes[0] = form;
  bytes.write(salt, 1, 'base64url');
  bytes.writeUInt32BE(content.length, lengthAt);
  content.copy(bytes, headerBytes);
  return bytes;
}

function lengthOf(name: string, least: number): number {
  if (fromRecord.has(name)) return Math.ceil(least / recordStepBytes) * recordStepBytes;
  let length = shortBytes;
  while (length < least) length *= 2;
  return length;
}

const secret = z.strictObject({ salt: z.string(), value: z.string() });

function unpacked(bytes: Buffer): z.infer<typeof secret> {
  if (bytes[0] === json) return secret.parse(JSON.parse(bytes.toString('utf8')));
  const content = bytes.subarray(headerBytes, headerBytes + bytes.readUInt32BE(lengthAt));
  const salt = bytes.toString('base64url', 1, lengthAt);
  if (bytes[0] === plain) return { salt, value: content.toString('utf8') };
  if (bytes[0] !== deflated) throw new TypeError('an opening of a form that is not known');
  return { salt, value: inflateRawSync(content, { maxOutputLength: longestBytes }).toString('utf8') };
}

function context(entry: string, name: string): string {
  return `ledger-opening/${entry}/${name}`;
}
