import { createHash } from 'node:crypto';

/** Parts of compact JWS and JWE, read in their one spelling. */

/** @typedef {Readonly<Record<string, unknown>>} JsonObject */

/** @param {string} text SHA-256, base64url */
export function sha256(text) {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/**
 * The JSON object that a part holds; null where it is something else, or names a member twice.
 * @param {string | undefined} part @returns {JsonObject | null}
 */
export function objectIn(part) {
  if (part === undefined || !isOwnSpelling(part)) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(part, 'base64url'));
    const value = JSON.parse(text);
    return isObject(value) && !namesTwice(text) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/**
 * Whether an object in this JSON names a member twice: one reader keeps the first of the two and another the last
 * (RFC 7493 §2.3).
 * @param {string} text
 */
function namesTwice(text) {
  /** @type {Set<string>[]} */
  const open = [];
  let latest = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') latest = token;
    else {
      const name = String(JSON.parse(latest));
      if (open.at(-1)?.has(name)) return true;
      open.at(-1)?.add(name);
    }
  }
  return false;
}

/** @param {unknown} value @returns {value is JsonObject} */
export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Exactly these members, no fewer and no more. @param {JsonObject} value @param {readonly string[]} members */
export function hasExactly(value, members) {
  const names = Object.keys(value);
  return names.length === members.length && members.every((name) => Object.hasOwn(value, name));
}

/** base64url without padding and without bits that stand for nothing. @param {string} part */
function isOwnSpelling(part) {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
}
