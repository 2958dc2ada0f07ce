import { type Der, DerError, expectTag, inside, readDer, tags } from './path/der.ts';

/** Status of RFC 3161, by its number. */
const statuses = ['granted', 'granted-with-mods', 'rejection', 'waiting', 'revocation-warning', 'revoked'] as const;
export type TimestampStatus = (typeof statuses)[number];

const nonceBytes = 16;
/** `AlgorithmIdentifier` of SHA-256, with NULL as its parameters: what every authority reads. */
const sha256 = Buffer.from('300d06096086480165030402010500', 'hex');

/**
 * RFC 3161 request to date something, for its signer's certificate too. `nonce` is hexadecimal as the token must
 * repeat it. @param digest SHA-256 of what is dated. @param random fills so many bytes
 */
export function timestampRequest(
  digest: Buffer,
  random: (length: number) => Buffer,
): { readonly der: Buffer; readonly nonce: string } {
  const bytes = random(nonceBytes);
  // Positive, and in the one form that DER has for a number of this length.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  const imprint = element(tags.sequence, sha256, element(tags.octetString, digest));
  const version = element(tags.integer, Buffer.of(1));
  const certificateWanted = element(tags.boolean, Buffer.of(0xff));
  const der = element(tags.sequence, version, imprint, element(tags.integer, bytes), certificateWanted);
  return { der, nonce: bytes.toString('hex') };
}

/** The token in an RFC 3161 response, as yet unread; null when none was given, or one with conditions. Throws `DerError`. */
export function readTimestampResponse(der: Buffer): {
  readonly status: TimestampStatus;
  readonly token: Buffer | null;
} {
  const [info, token, ...others] = inside(readDer(der, tags.sequence, 'response'), tags.sequence, 'response');
  if (others.length > 0) throw new DerError('response: does not have its parts');
  const [number] = inside(info, tags.sequence, 'status');
  const status = statuses[statusNumber(number)];
  if (status === undefined) throw new DerError('status: is not known');
  return { status, token: status === 'granted' && token !== undefined ? tokenBytes(token) : null };
}

function tokenBytes(item: Der): Buffer {
  return expectTag(item, tags.sequence, 'response').bytes;
}

function statusNumber(item: Der | undefined): number {
  const { value } = expectTag(item, tags.integer, 'status');
  return value.length === 1 ? (value[0] ?? -1) : -1;
}

/** Nothing here is longer than 127 bytes. */
function element(tag: number, ...members: readonly Buffer[]): Buffer {
  const body = Buffer.concat(members);
  return Buffer.concat([Buffer.of(tag, body.length), body]);
}
