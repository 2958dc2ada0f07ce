import { SealedError } from './sealed-error.mjs';

/**
 * As much of DER as a certificate and a revocation list need. Whatever is not in its one form is refused with the code
 * `certificate`: what cannot be read cannot be judged.
 */

/** @typedef {{ readonly tag: number, readonly bytes: Buffer, readonly value: Buffer }} Der one element; views, not copies */

export const tags = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  oid: 6,
  utcTime: 0x17,
  time: 0x18,
  list: 0x30,
};

/** The elements one after another, read as they are asked for: a revocation list may hold a hundred thousand. */
/** @param {Buffer} bytes @returns {Generator<Der, void>} */
export function* derItems(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const item = itemAt(bytes, at);
    at += item.bytes.length;
    yield item;
  }
}

/** @param {Buffer} bytes */
export function onlyItem(bytes) {
  const [item, ...others] = derItems(bytes);
  if (item === undefined || others.length > 0) throw unreadable();
  return item;
}

/** What is in an element with this tag. @param {Der | undefined} item @param {number} [tag] a list where left out */
export function inside(item, tag = tags.list) {
  return [...derItems(contentOf(item, tag))];
}

/** @param {Der | undefined} item @param {number} tag */
export function contentOf(item, tag) {
  if (item?.tag !== tag) throw unreadable();
  return item.value;
}

/** @param {Der | undefined} item */
export function booleanOf(item) {
  const value = contentOf(item, tags.boolean);
  if (value.length !== 1 || (value[0] !== 0 && value[0] !== 0xff)) throw unreadable();
  return value[0] === 0xff;
}

/** UTCTime or GeneralizedTime with seconds, in UTC; milliseconds. @param {Der | undefined} item */
export function timeOf(item) {
  const text = item?.value.toString('latin1') ?? '';
  const isShort = item?.tag === tags.utcTime && /^\d{12}Z$/.test(text);
  if (!isShort && !(item?.tag === tags.time && /^\d{14}Z$/.test(text))) throw unreadable();
  const full = isShort ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const time = Date.parse(full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(time)) throw unreadable();
  return time;
}

/** @typedef {{ readonly oid: string, readonly isCritical: boolean, readonly value: Buffer }} Extension oid: hexadecimal */

/** Each at most once. @param {Der} list @returns {Extension[]} */
export function extensionsIn(list) {
  const found = inside(list).map((item) => {
    const [type, ...rest] = inside(item);
    const flag = rest.length === 2 ? rest[0] : undefined;
    if (rest.length > 2) throw unreadable();
    const isCritical = flag !== undefined && booleanOf(flag);
    return {
      oid: contentOf(type, tags.oid).toString('hex'),
      isCritical,
      value: contentOf(rest.at(-1), tags.octetString),
    };
  });
  if (new Set(found.map(({ oid }) => oid)).size < found.length) throw unreadable();
  return found;
}

/** @param {Buffer} bytes @param {number} at @returns {Der} */
function itemAt(bytes, at) {
  const [tag = 0x1f, first = 0x80] = bytes.subarray(at, at + 2);
  const more = first < 0x80 ? 0 : first - 0x80;
  const start = at + 2 + more;
  // Nothing that is read here has a tag of more than one byte, or a length without an end.
  if ((tag & 0x1f) === 0x1f || first === 0x80 || more > 4 || start > bytes.length) throw unreadable();
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
  const isShortest = more === 0 || (length >= 0x80 && bytes[at + 2] !== 0);
  if (!isShortest || start + length > bytes.length) throw unreadable();
  return { tag, bytes: bytes.subarray(at, start + length), value: bytes.subarray(start, start + length) };
}

export function unreadable() {
  return new SealedError('certificate', 'a certificate or a revocation list cannot be read');
}
