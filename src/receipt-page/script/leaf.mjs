import { areEqual, bytesOf, fromBase64Url, joined, sha256 } from './bytes.mjs';

/** The leaf of an entry and what is opened of it: docs/ledger.md, Leaf and Commitment. */

/** @typedef {{ readonly name: string, readonly salt: string, readonly value: string }} Opening */
/**
 * @typedef {{
 *   readonly kind: string, readonly id: string, readonly instance: string, readonly sequence: number,
 *   readonly time: string, readonly policySet: string | null, readonly purpose: string | null,
 *   readonly source: string | null, readonly recipient: string | null,
 *   readonly commitments: Readonly<Record<string, string>>, readonly body: Readonly<Record<string, unknown>>,
 * }} Leaf
 */

const maxLeafBytes = 65535;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const openingName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @param {unknown} value @param {RegExp} form */
function isText(value, form) {
  return typeof value === 'string' && form.test(value);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an object has exactly these members. @param {unknown} value @param {readonly string[]} names */
export function hasExactly(value, names) {
  return isRecord(value) && Object.keys(value).sort().join() === [...names].sort().join();
}

/** What each member of a leaf must be, by its name. @type {Readonly<Record<string, (value: unknown) => boolean>>} */
const members = {
  v: (value) => value === 1,
  kind: (value) => isText(value, /^[a-z][a-z-]*$/),
  id: (value) => isText(value, uuid),
  instance: (value) => isText(value, uuid),
  sequence: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  time: (value) =>
    isText(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) && !Number.isNaN(Date.parse(String(value))),
  trace: (value) => isText(value, /^[0-9a-f]{32}$/),
  policySet: (value) => value === null || isText(value, /^sha256:[0-9a-f]{64}$/),
  purpose: isWordOrNull,
  source: isWordOrNull,
  recipient: isWordOrNull,
  commitments: (value) =>
    isRecord(value) && Object.entries(value).every(([name, hash]) => openingName.test(name) && fromBase64Url(hash, 32)),
  body: isRecord,
};

/** @param {unknown} value */
function isWordOrNull(value) {
  return value === null || (typeof value === 'string' && value !== '');
}

/** The leaf of exactly its own canonical text (RFC 8785); null for any other text. @param {unknown} text @returns {Leaf | null} */
export function readLeaf(text) {
  if (typeof text !== 'string' || bytesOf(text).length > maxLeafBytes) return null;
  const value = parsed(text);
  if (value === undefined || canonical(value) !== text || !isRecord(value)) return null;
  const isLeaf =
    hasExactly(value, Object.keys(members)) && Object.entries(members).every(([name, is]) => is(value[name]));
  // Each member was looked at just now.
  return isLeaf ? /** @type {Leaf} */ (/** @type {unknown} */ (value)) : null;
}

/** undefined: it is no JSON. @param {string} text @returns {unknown} */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 8785 for what a leaf may hold; null where it holds something else. @param {unknown} value @returns {string | null} */
function canonical(value) {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? JSON.stringify(value) : null;
  if (typeof value === 'string') return isWellFormed(value) ? JSON.stringify(value) : null;
  if (Array.isArray(value)) return enclosed('[', value.map(canonical), ']');
  if (!isRecord(value)) return null;
  const entries = Object.keys(value)
    .sort()
    .map((name) => {
      const member = canonical(value[name]);
      return member === null || !isWellFormed(name) ? null : `${JSON.stringify(name)}:${member}`;
    });
  return enclosed('{', entries, '}');
}

/** @param {string} open @param {readonly (string | null)[]} parts @param {string} close */
function enclosed(open, parts, close) {
  return parts.includes(null) ? null : `${open}${parts.join()}${close}`;
}

/** No half of a pair of surrogates by itself. @param {string} text */
export function isWellFormed(text) {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

/** RFC 6962: a leaf is hashed behind a zero byte. @param {string} text */
export function leafHash(text) {
  return sha256(Uint8Array.of(0), bytesOf(text));
}

/** Whether this is a list of openings at all. @param {unknown} openings @returns {openings is readonly Opening[]} */
export function areOpenings(openings) {
  return (
    Array.isArray(openings) &&
    openings.every(
      (opening) =>
        hasExactly(opening, ['name', 'salt', 'value']) &&
        typeof opening.name === 'string' &&
        typeof opening.value === 'string' &&
        fromBase64Url(opening.salt, 16) !== null,
    )
  );
}

/** Whether each is named once and gives the commitment of its name. @param {Leaf} leaf @param {readonly Opening[]} openings */
export async function areOpened(leaf, openings) {
  if (new Set(openings.map(({ name }) => name)).size !== openings.length) return false;
  for (const { name, salt, value } of openings) {
    const commitment = Object.hasOwn(leaf.commitments, name) ? fromBase64Url(leaf.commitments[name], 32) : null;
    const bytes = fromBase64Url(salt, 16);
    if (commitment === null || bytes === null || !isWellFormed(value)) return false;
    const hash = await sha256(joined(bytes, bytesOf(name), Uint8Array.of(0), bytesOf(value)));
    if (!areEqual(hash, commitment)) return false;
  }
  return true;
}
