/** Longest certificate that is read, DER; real ones are a quarter of it. */
const longestCertificate = 8_192;
const mostCertificates = 8;

const binaryItem = /^:([A-Za-z0-9+/]{4,}={0,2}):$/;

/**
 * One certificate as an sf-binary item (RFC 8941, 3.3.5), or null. Stricter than the grammar, because only
 * our own proxy writes it: no parameters, no spaces within, canonical base64, exactly one DER sequence.
 */
export function parseBinaryItem(text: string): Buffer | null {
  const encoded = binaryItem.exec(text)?.[1];
  if (encoded === undefined || encoded.length > (longestCertificate / 3) * 4 + 4) return null;
  const bytes = Buffer.from(encoded, 'base64');
  // Another spelling of the same bytes is not accepted: padding left out, bits that stand for nothing.
  if (bytes.toString('base64') !== encoded) return null;
  return isOneDerSequence(bytes) ? bytes : null;
}

/** An sf-list of certificates, at least one; null where any member is not right, or there are too many. */
export function parseBinaryList(text: string): readonly Buffer[] | null {
  const members = text.split(',');
  if (members.length > mostCertificates) return null;
  const parsed = members.map((member) => parseBinaryItem(member.replaceAll(/^[ \t]+|[ \t]+$/g, '')));
  return parsed.every((member) => member !== null) ? parsed : null;
}

/** A SEQUENCE in definite, shortest form that ends where the bytes end. */
function isOneDerSequence(bytes: Buffer): boolean {
  const [tag, first] = bytes;
  if (tag !== 0x30 || first === undefined) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const digits = first - 0x80;
  if (digits < 1 || digits > 2 || bytes.length < 2 + digits) return false;
  const length = bytes.readUIntBE(2, digits);
  return length >= (digits === 1 ? 0x80 : 0x1_00) && bytes.length === 2 + digits + length;
}
