/** Bytes that are not the DER that they should be. The message says which part; never what stood there. */
export class DerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DerError';
  }
}

/** One element of DER. Both buffers are views, not copies. */
export interface Der {
  readonly tag: number;
  /** The element with its tag and length. */
  readonly bytes: Buffer;
  readonly value: Buffer;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/**
 * The elements that stand one after another in `bytes`, read as they are asked for: a revocation list
 * may hold a hundred thousand. Definite lengths in their shortest form only, as DER wants; throws `DerError`.
 */
export function* derItems(bytes: Buffer): Generator<Der, void> {
  let at = 0;
  while (at < bytes.length) {
    const item = itemAt(bytes, at);
    at += item.bytes.length;
    yield item;
  }
}

/** The only element in `bytes`, with this tag. Throws `DerError` when there is anything else. */
export function readDer(bytes: Buffer, tag: number, what: string): Der {
  const item = itemAt(bytes, 0);
  if (item.bytes.length !== bytes.length) throw new DerError(`${what}: bytes after its end`);
  return expectTag(item, tag, what);
}

/** The elements within a constructed one. */
export function inside(item: Der | undefined, tag: number, what: string): Der[] {
  return [...derItems(expectTag(item, tag, what).value)];
}

export function expectTag(item: Der | undefined, tag: number, what: string): Der {
  if (item?.tag !== tag) throw new DerError(`${what}: is not there or of another type`);
  return item;
}

/** Dotted decimals. */
export function readOid(item: Der | undefined, what: string): string {
  const { value } = expectTag(item, tags.oid, what);
  const arcs: number[] = [];
  let arc = 0;
  let fresh = true;
  for (const byte of value) {
    if (fresh && byte === 0x80) throw new DerError(`${what}: an object identifier in a longer form than needed`);
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw new DerError(`${what}: an object identifier that is too long`);
    fresh = byte < 0x80;
    if (fresh) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first] = arcs;
  if (first === undefined || !fresh) throw new DerError(`${what}: an object identifier that does not end`);
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...arcs.slice(1)].join('.');
}

/** Absent is false. */
export function readBoolean(item: Der, what: string): boolean {
  const [byte] = expectTag(item, tags.boolean, what).value;
  if (item.value.length !== 1 || (byte !== 0 && byte !== 0xff)) throw new DerError(`${what}: is not a boolean`);
  return byte === 0xff;
}

/** A number of some use as a length or depth, whatever tag it goes by. */
export function readSmallNumber({ value }: Der, what: string): number {
  const [first = 0x80] = value;
  if (first >= 0x80 || value.length > 4 || (value.length > 1 && first === 0 && (value[1] ?? 0) < 0x80))
    throw new DerError(`${what}: is not a number from 0`);
  return value.readUIntBE(0, value.length);
}

/** The bits that are set, by their place. */
export function readBits({ value }: Der, what: string): ReadonlySet<number> {
  const [unused = 8] = value;
  if (unused > 7 || (value.length === 1 && unused > 0)) throw new DerError(`${what}: is not a bit string`);
  const bits = new Set<number>();
  for (let place = 0; place < (value.length - 1) * 8 - unused; place += 1) {
    if (((value[1 + (place >> 3)] ?? 0) & (0x80 >> (place & 7))) !== 0) bits.add(place);
  }
  return bits;
}

/** UTCTime or GeneralizedTime in the one form that RFC 5280 allows: with seconds, in UTC. */
export function readTime(item: Der | undefined, what: string): Date {
  const text = item?.value.toString('latin1') ?? '';
  const short = item?.tag === tags.utcTime && /^[0-9]{12}Z$/.test(text);
  const long = item?.tag === tags.generalizedTime && /^[0-9]{14}Z$/.test(text);
  if (!short && !long) throw new DerError(`${what}: is not a time`);
  const full = long ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`;
  const iso = full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const time = new Date(iso);
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) throw new DerError(`${what}: is not a time`);
  return time;
}

function itemAt(bytes: Buffer, at: number): Der {
  const tag = bytes[at] ?? 0x1f;
  const first = bytes[at + 1];
  // nothing in a certificate needs a tag of more than one byte
  if (first === undefined || (tag & 0x1f) === 0x1f) throw new DerError('DER: an element that cannot be read');
  const more = first < 0x80 ? 0 : first - 0x80;
  const start = at + 2 + more;
  if (first === 0x80 || more > 4 || start > bytes.length) throw new DerError('DER: a length that cannot be read');
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
  if (more > 0 && (length < 0x80 || bytes[at + 2] === 0))
    throw new DerError('DER: a length in a longer form than needed');
  const end = start + length;
  if (end > bytes.length) throw new DerError('DER: an element that goes on after the end');
  return { tag, bytes: bytes.subarray(at, end), value: bytes.subarray(start, end) };
}
