import { type Der, DerError, derItems, expectTag, inside, readOid, tags } from './der.ts';

interface NameAttribute {
  readonly oid: string;
  /** What kind of string it is, as ASN.1 numbers them. */
  readonly tag: number;
  readonly value: Buffer;
}

/** A name as it stands in a certificate or list. */
export interface DistinguishedName {
  /** Hexadecimal DER: two names are the same when their bytes are, which is stricter than RFC 5280 asks. */
  readonly key: string;
  readonly attributes: readonly NameAttribute[];
  /** Each RDN without the differences that RFC 5280 looks past (case, spaces, kind of string), for name constraints. */
  readonly folded: readonly string[];
}

/** Throws `DerError`. */
export function readName(item: Der | undefined, what: string): DistinguishedName {
  const name = expectTag(item, tags.sequence, what);
  const rdns = inside(name, tags.sequence, what).map((rdn) => readRdn(rdn, what));
  return { key: name.bytes.toString('hex'), attributes: rdns.flat(), folded: rdns.map(foldRdn) };
}

const shown: ReadonlyMap<string, string> = new Map([
  ['2.5.4.6', 'C'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.3', 'CN'],
]);

/** For an operator's eyes; of a CA, so nothing personal. */
export function nameText({ attributes }: DistinguishedName): string {
  return attributes
    .flatMap(({ oid, tag, value }) => (shown.has(oid) ? [`${shown.get(oid)}=${textOf(tag, value) ?? '?'}`] : []))
    .join(', ');
}

function readRdn(item: Der, what: string): NameAttribute[] {
  const attributes = inside(item, tags.set, what).map((pair) => {
    const [type, value, ...others] = inside(pair, tags.sequence, what);
    if (value === undefined || others.length > 0) throw new DerError(`${what}: an attribute without one value`);
    return { oid: readOid(type, what), tag: value.tag, value: value.value };
  });
  if (attributes.length === 0) throw new DerError(`${what}: an empty part`);
  return attributes;
}

function foldRdn(attributes: readonly NameAttribute[]): string {
  return attributes
    .map((attribute) => `${attribute.oid}=${foldValue(attribute)}`)
    .sort()
    .join('+');
}

function foldValue({ tag, value }: NameAttribute): string {
  const text = textOf(tag, value);
  if (text === null) return `#${tag.toString(16)}${value.toString('hex')}`;
  return text
    .trim()
    .replaceAll(/[ \t\r\n\v\f]+/g, ' ')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function textOf(tag: number, value: Buffer): string | null {
  if (tag === tags.utf8String) return value.toString('utf8');
  // Numeric, Printable, T61, IA5, Visible
  if ([0x12, 0x13, 0x14, 0x16, 0x1a].includes(tag)) return value.toString('latin1');
  if (tag === 0x1e && value.length % 2 === 0) return Buffer.from(value).swap16().toString('utf16le');
  if (tag === 0x1c && value.length % 4 === 0) return universalText(value);
  return null;
}

function universalText(value: Buffer): string | null {
  const points: number[] = [];
  for (let at = 0; at < value.length; at += 4) points.push(value.readUInt32BE(at));
  return points.every((point) => point <= 0x10_ff_ff) ? String.fromCodePoint(...points) : null;
}

export type GeneralName =
  | { readonly form: 'email' | 'dns' | 'uri'; readonly text: string }
  | { readonly form: 'ip'; readonly bytes: Buffer }
  | { readonly form: 'directory'; readonly name: DistinguishedName }
  | { readonly form: 'other'; readonly tag: number };

/** The names in the value of a `GeneralNames`. Throws `DerError`. */
export function readGeneralNames(value: Buffer, what: string): { readonly name: GeneralName; readonly key: string }[] {
  return [...derItems(value)].map((item) => ({ name: readGeneralName(item, what), key: item.bytes.toString('hex') }));
}

/** Throws `DerError`. */
export function readGeneralName(item: Der, what: string): GeneralName {
  if (item.tag === 0x81) return { form: 'email', text: ascii(item, what) };
  if (item.tag === 0x82) return { form: 'dns', text: ascii(item, what) };
  if (item.tag === 0x86) return { form: 'uri', text: ascii(item, what) };
  if (item.tag === 0x87) return { form: 'ip', bytes: item.value };
  if (item.tag === 0xa4) {
    const [name, ...others] = derItems(item.value);
    if (others.length > 0) throw new DerError(`${what}: several names in one`);
    return { form: 'directory', name: readName(name, what) };
  }
  if (![0xa0, 0xa3, 0xa5, 0x88].includes(item.tag)) throw new DerError(`${what}: a name of an unknown form`);
  return { form: 'other', tag: item.tag };
}

function ascii({ value }: Der, what: string): string {
  if (value.some((byte) => byte < 0x20 || byte > 0x7e)) throw new DerError(`${what}: a name that is not plain text`);
  return value.toString('latin1');
}
