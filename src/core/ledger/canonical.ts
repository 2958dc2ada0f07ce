import canonicalize from 'canonicalize';
import type { JsonValue } from './entry.ts';

/** Largest canonical text that may stand in the ledger, in UTF-8 bytes. */
export const maxCanonicalBytes = 65_535;

/** How many arrays and objects may stand in one another: what comes from elsewhere must not exhaust the stack. */
const maxDepth = 64;

/**
 * RFC 8785 text of a value. Stricter than the RFC where two readers could differ: only safe integers,
 * no `undefined`, no objects with behaviour. Throws `TypeError` naming the place, never the value:
 * what the core itself put together and cannot be written is a mistake in the code, not an input.
 */
export function canonical(value: JsonValue): string {
  const problem = problemIn(value, maxDepth);
  if (problem !== null) throw new TypeError(`$${problem}`);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('$ has no canonical form');
  if (!fits(text)) throw new TypeError('canonical text is too large');
  return text;
}

/** The value of a text that is exactly its own canonical form; null for any other text. */
export function parseCanonical(text: string): JsonValue | null {
  if (text.length > maxCanonicalBytes) return null;
  try {
    const value = JSON.parse(text) as JsonValue;
    // One value, one spelling: a doubled member or another order would let two texts mean the same.
    return isPlainlyCanonical(value, text) || canonical(value) === text ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * Whether a parsed text is canonical, where that can be seen without spelling it again: half of the work of
 * verifying a ledger is here. Without a backslash every string stands as it is; then white space, a doubled member
 * and another spelling of a number all make a text longer than its canonical form, and never shorter.
 * `false` means no more than that the long way has to decide.
 */
function isPlainlyCanonical(value: JsonValue, text: string): boolean {
  return !text.includes('\\') && text.isWellFormed() && fits(text) && plainLength(value, maxDepth) === text.length;
}

/**
 * Length of the canonical text of a value whose strings need no escape. NaN where that is not enough to know it:
 * a number that is no safe integer or that has an exponent that is as short, names out of order, too deep.
 */
function plainLength(value: JsonValue, depth: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') {
    // 100 and 1e2 are of one length.
    return Number.isSafeInteger(value) && (value === 0 || value % 100 !== 0) ? String(value).length : Number.NaN;
  }
  if (value === null || value === true) return 4;
  if (value === false) return 5;
  if (depth === 0) return Number.NaN;
  return Array.isArray(value)
    ? lengthOfItems(value, depth - 1)
    : lengthOfMembers(value as { readonly [key: string]: JsonValue }, depth - 1);
}

function lengthOfItems(items: readonly JsonValue[], depth: number): number {
  let length = 2 + Math.max(0, items.length - 1);
  for (let index = 0; index < items.length; index++) length += plainLength(items[index] as JsonValue, depth);
  return length;
}

/**
 * Names must stand in the order of UTF-16 code units, which is how `<` compares text. Names that are whole numbers
 * come first in an object wherever they stood in the text, so those say nothing about it.
 */
function lengthOfMembers(members: { readonly [key: string]: JsonValue }, depth: number): number {
  const names = Object.keys(members);
  if (startsWithDigit(names[0])) return Number.NaN;
  let length = 2 + Math.max(0, names.length - 1);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    if (index > 0 && name <= (names[index - 1] as string)) return Number.NaN;
    length += name.length + 3 + plainLength(members[name] as JsonValue, depth);
  }
  return length;
}

function startsWithDigit(name: string | undefined): boolean {
  const first = name === undefined || name === '' ? 0 : name.charCodeAt(0);
  return first >= 48 && first <= 57;
}

function fits(text: string): boolean {
  // No code unit takes more than three bytes.
  return text.length * 3 <= maxCanonicalBytes || Buffer.byteLength(text) <= maxCanonicalBytes;
}

/** Why a value is not JSON that two readers would read alike, after the place of it; null: it is. */
function problemIn(value: unknown, depth: number): string | null {
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value === 'string') return value.isWellFormed() ? null : ' is not well-formed text';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? null : ' is not a safe integer';
  if (typeof value !== 'object') return ' is not JSON';
  if (depth === 0) return ' is too deep';
  return Array.isArray(value) ? problemInItems(value, depth - 1) : problemInMembers(value, depth - 1);
}

function problemInItems(items: readonly unknown[], depth: number): string | null {
  for (let index = 0; index < items.length; index++) {
    const problem = problemIn(items[index], depth);
    if (problem !== null) return `[${index}]${problem}`;
  }
  return null;
}

function problemInMembers(value: object, depth: number): string | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return ' is not a plain object';
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members)) {
    if (!name.isWellFormed()) return ' has a name that is not well-formed text';
    const problem = problemIn(members[name], depth);
    if (problem !== null) return `.${name}${problem}`;
  }
  return null;
}
