// Spelling of values: canonical JSON, base64, base64url, instants, and the leaf (docs/ledger.md, docs/formats.md).
import { createHash } from 'node:crypto';

export const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isInteger = (value) => Number.isSafeInteger(value);
export const isUuid = (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
export const isWord = (value) => typeof value === 'string' && value.length >= 1 && value.length <= 200;
export const isHash = (value) => decode(value, 'base64url', 32) !== null;

/** An instant of the calendar: 30 February is none. */
export function isInstant(value) {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value;
}

/** The bytes of a base64 or base64url text in its one spelling and of the length, or null. */
export function decode(text, encoding, length) {
  if (typeof text !== 'string') return null;
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text && (length === undefined || bytes.length === length) ? bytes : null;
}

/** RFC 8785 of a value that JSON.parse gave; an error for what a leaf cannot hold. */
export function canonical(value, depth = 1) {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!isInteger(value)) throw new Error('not an integer of at most 2^53 - 1');
    return String(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error('not well-formed Unicode');
    return JSON.stringify(value);
  }
  if (depth > 64) throw new Error('more than 64 in one another');
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  const members = Object.keys(value).sort(); // by UTF-16 code units
  return `{${members.map((name) => `${canonical(name)}:${canonical(value[name], depth + 1)}`).join(',')}}`;
}

const orNull = (fits) => (value) => value === null || fits(value);
const matches = (pattern) => (value) => typeof value === 'string' && pattern.test(value);
const LEAF = {
  v: (value) => value === 1,
  kind: matches(/^[a-z][a-z-]*$/),
  id: isUuid,
  instance: isUuid,
  sequence: (value) => isInteger(value) && value >= 1,
  time: isInstant,
  trace: matches(/^[0-9a-f]{32}$/),
  policySet: orNull(matches(/^sha256:[0-9a-f]{64}$/)),
  purpose: orNull(matches(/[^]/)),
  source: orNull(matches(/[^]/)),
  recipient: orNull(matches(/[^]/)),
  commitments: (value) =>
    isObject(value) &&
    Object.entries(value).every(([name, hash]) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) && isHash(hash)),
  body: isObject,
};

/** Whether the text is its own canonical form and, read, has exactly the members of a leaf of version 1. */
export function isLeafText(text, leaf) {
  try {
    return (
      Buffer.byteLength(text) <= 65_535 &&
      isObject(leaf) &&
      canonical(leaf) === text &&
      Object.keys(leaf).length === Object.keys(LEAF).length &&
      Object.entries(LEAF).every(([name, fits]) => Object.hasOwn(leaf, name) && fits(leaf[name]))
    );
  } catch {
    return false;
  }
}
