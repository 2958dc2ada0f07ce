import canonicalize from 'canonicalize';
import type { JsonValue } from './entry.ts';

/** Largest canonical text that may stand in the ledger, in UTF-8 bytes. */
export const maxCanonicalBytes = 65_535;

/**
 * RFC 8785 text of a value. Stricter than the RFC where two readers could differ: only safe integers,
 * no `undefined`, no objects with behaviour. Throws `TypeError` naming the place, never the value:
 * what the core itself put together and cannot be written is a mistake in the code, not an input.
 */
export function canonical(value: JsonValue): string {
  insistOnJson(value, '$');
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('$ has no canonical form');
  if (Buffer.byteLength(text) > maxCanonicalBytes) throw new TypeError('canonical text is too large');
  return text;
}

/** The value of a text that is exactly its own canonical form; null for any other text. */
export function parseCanonical(text: string): JsonValue | null {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
    // One value, one spelling: a doubled member or another order would let two texts mean the same.
    return canonical(value) === text ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function insistOnJson(value: unknown, place: string): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError(`${place} is not well-formed text`);
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${place} is not a safe integer`);
    return;
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) insistOnJson(value[index], `${place}[${index}]`);
    return;
  }
  if (typeof value !== 'object') throw new TypeError(`${place} is not JSON`);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`${place} is not a plain object`);
  for (const [key, member] of Object.entries(value)) {
    if (!key.isWellFormed()) throw new TypeError(`${place} has a name that is not well-formed text`);
    insistOnJson(member, `${place}.${key}`);
  }
}
