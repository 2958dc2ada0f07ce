import { extensionsIn, onlyTags } from './path/certificate-extensions.ts';
import {
  type Der,
  DerError,
  derItems,
  expectTag,
  inside,
  readBoolean,
  readDer,
  readOid,
  readTime,
  tags,
} from './path/der.ts';
import { type GeneralName, readGeneralName } from './path/distinguished-name.ts';
import { readSerial } from './path/parse-certificate.ts';
import { type DigestName, digestNamed } from './path/signature-algorithms.ts';

/** An RFC 3161 token, taken apart. Nothing in it was checked against anything outside it. */
export interface TimestampToken {
  /** What it says. */
  readonly info: TimestampInfo;
  /** DER of what it says: what `messageDigest` is the hash of. */
  readonly content: Buffer;
  /** DER of the certificates that came along, as yet unread. */
  readonly certificates: readonly Buffer[];
  readonly signer: SignerInfo;
}

export interface TimestampInfo {
  readonly policy: string;
  readonly imprint: { readonly digest: DigestName; readonly hash: Buffer };
  /** Hexadecimal. */
  readonly serial: string;
  readonly time: Date;
  /** Hexadecimal of the number, as DER writes it; null: the token answers no nonce. */
  readonly nonce: string | null;
  /** Who dated it, if it says so. */
  readonly authority: GeneralName | null;
}

export interface SignerInfo {
  /** Hexadecimal name of the issuer of the signer's certificate, and the serial number in it. */
  readonly issuer: string;
  readonly serial: string;
  readonly digest: DigestName;
  /** Hexadecimal DER of the `AlgorithmIdentifier`. */
  readonly algorithm: string;
  /** The bytes that are signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly contentType: string;
  readonly messageDigest: Buffer;
  /** ESSCertIDv2 of the signer's certificate. */
  readonly certificate: { readonly digest: DigestName; readonly hash: Buffer };
}

const oids = {
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};

export const timestampInfoType = oids.timestampInfo;

const mostBytes = 65_536;
const mostCertificates = 10;

/** Throws `DerError` for anything that is not one DER token with one signer, each part in its one form. */
export function parseTimestampToken(der: Buffer): TimestampToken {
  if (der.length > mostBytes) throw new DerError('token: longer than a token is');
  const [type, wrapped, ...others] = inside(readDer(der, tags.sequence, 'token'), tags.sequence, 'token');
  if (readOid(type, 'token') !== oids.signedData || others.length > 0) throw new DerError('token: is not signed data');
  const [version, digests, content, ...rest] = inside(only(wrapped, 0xa0, 'token'), tags.sequence, 'token');
  if (numberOf(version, 'version') !== 3) throw new DerError('token: is not of version 3');
  const signers = rest.pop();
  const [certificates] = onlyTags(rest, [0xa0, 0xa1], 'token');
  const [info, ...more] = inside(signers, tags.set, 'signers');
  if (info === undefined || more.length > 0) throw new DerError('token: is not signed by one signer');
  const signer = readSigner(info);
  if (!inside(digests, tags.set, 'digests').some((each) => digestNamed(hex(each)) === signer.digest))
    throw new DerError('token: does not name the digest of its signer');
  const within = readContent(content);
  return { info: readInfo(within), content: within, certificates: certificatesIn(certificates), signer };
}

function certificatesIn(item: Der | undefined): readonly Buffer[] {
  const found = item === undefined ? [] : [...derItems(item.value)];
  if (found.length > mostCertificates) throw new DerError('token: more certificates than a path has');
  return found.map((each) => expectTag(each, tags.sequence, 'certificate').bytes);
}

function readContent(item: Der | undefined): Buffer {
  const [type, wrapped, ...others] = inside(item, tags.sequence, 'content');
  if (readOid(type, 'content') !== oids.timestampInfo || others.length > 0)
    throw new DerError('content: is not that of a timestamp');
  return only(wrapped, 0xa0, 'content', tags.octetString).value;
}

function readInfo(content: Buffer): TimestampInfo {
  const members = inside(readDer(content, tags.sequence, 'timestamp'), tags.sequence, 'timestamp');
  const [version, policy, imprint, serial, time, ...rest] = members;
  if (numberOf(version, 'version') !== 1) throw new DerError('timestamp: is not of version 1');
  const wanted = [tags.sequence, tags.boolean, tags.integer, 0xa0, 0xa1];
  const [, ordering, nonce, authority, extensions] = onlyTags(rest, wanted, 'timestamp');
  if (ordering !== undefined) readBoolean(ordering, 'ordering');
  if (extensions !== undefined && extensionsIn(asSequence(extensions)).some(({ critical }) => critical))
    throw new DerError('timestamp: has an extension that must be known and is not');
  return {
    policy: readOid(policy, 'policy'),
    imprint: readImprint(imprint),
    serial: hexOfNumber(serial, 'serialNumber'),
    time: readGenTime(time),
    nonce: nonce === undefined ? null : hexOfNumber(nonce, 'nonce'),
    authority: authority === undefined ? null : readGeneralName(onlyItem(authority, 'authority'), 'authority'),
  };
}

function readImprint(item: Der | undefined): TimestampInfo['imprint'] {
  const [algorithm, hash, ...others] = inside(item, tags.sequence, 'imprint');
  if (others.length > 0) throw new DerError('imprint: does not have its parts');
  return { digest: digestOf(algorithm, 'imprint'), hash: expectTag(hash, tags.octetString, 'imprint').value };
}

function readSigner(item: Der): SignerInfo {
  const [version, id, digest, attributes, algorithm, signature, ...rest] = inside(item, tags.sequence, 'signer');
  if (numberOf(version, 'signer') !== 1) throw new DerError('signer: is not named by issuer and number');
  onlyTags(rest, [0xa1], 'signer');
  const [issuer, serial, ...others] = inside(id, tags.sequence, 'signer');
  if (others.length > 0) throw new DerError('signer: does not have its parts');
  const signed = expectTag(attributes, 0xa0, 'attributes');
  return {
    issuer: expectTag(issuer, tags.sequence, 'signer').bytes.toString('hex'),
    serial: readSerial(serial),
    digest: digestOf(digest, 'signer'),
    algorithm: expectTag(algorithm, tags.sequence, 'signer').bytes.toString('hex'),
    // Signed as the set that it is, and sent under another tag.
    signed: Buffer.concat([Buffer.of(tags.set), signed.bytes.subarray(1)]),
    signature: expectTag(signature, tags.octetString, 'signature').value,
    ...readAttributes(signed),
  };
}

function readAttributes(item: Der): Pick<SignerInfo, 'contentType' | 'messageDigest' | 'certificate'> {
  const found = new Map<string, Der>();
  for (const attribute of derItems(item.value)) {
    const [type, values, ...others] = inside(attribute, tags.sequence, 'attribute');
    const [value, ...more] = inside(values, tags.set, 'attribute');
    const name = readOid(type, 'attribute');
    if (value === undefined || others.length > 0 || more.length > 0 || found.has(name))
      throw new DerError('attribute: does not stand there once with one value');
    found.set(name, value);
  }
  return {
    contentType: readOid(found.get(oids.contentType), 'contentType'),
    messageDigest: expectTag(found.get(oids.messageDigest), tags.octetString, 'messageDigest').value,
    certificate: readCertificateId(found.get(oids.signingCertificateV2)),
  };
}

/** RFC 5035: the first certificate is the signer's; where no hash is named it is SHA-256. */
function readCertificateId(item: Der | undefined): SignerInfo['certificate'] {
  const [list] = inside(item, tags.sequence, 'signingCertificate');
  const [first] = inside(list, tags.sequence, 'signingCertificate');
  const members = inside(first, tags.sequence, 'signingCertificate');
  const named = members[0]?.tag === tags.sequence ? members.shift() : undefined;
  const hash = expectTag(members[0], tags.octetString, 'signingCertificate').value;
  return { digest: named === undefined ? 'sha256' : digestOf(named, 'signingCertificate'), hash };
}

/** With a fraction of a second or without, never with one that ends in a zero. */
function readGenTime(item: Der | undefined): Date {
  const { bytes, value, tag } = expectTag(item, tags.generalizedTime, 'genTime');
  const [, whole, fraction = ''] = /^([0-9]{14})(\.[0-9]{0,8}[1-9])?Z$/.exec(value.toString('latin1')) ?? [];
  if (whole === undefined) throw new DerError('genTime: is not a time');
  const seconds = readTime({ tag, bytes, value: Buffer.from(`${whole}Z`) }, 'genTime');
  return new Date(seconds.getTime() + Math.floor(Number(`0${fraction}`) * 1_000));
}

function digestOf(item: Der | undefined, what: string): DigestName {
  const digest = digestNamed(hex(expectTag(item, tags.sequence, what)));
  if (digest === null) throw new DerError(`${what}: a hash that is weak or unknown`);
  return digest;
}

/** The only element within, which is itself of `tag`. */
function only(item: Der | undefined, outer: number, what: string, tag: number = tags.sequence): Der {
  return expectTag(onlyItem(expectTag(item, outer, what), what), tag, what);
}

function onlyItem(item: Der, what: string): Der {
  const [found, ...others] = derItems(item.value);
  if (found === undefined || others.length > 0) throw new DerError(`${what}: is not one element`);
  return found;
}

function asSequence(item: Der): Der {
  return {
    tag: tags.sequence,
    value: item.value,
    bytes: Buffer.concat([Buffer.of(tags.sequence), item.bytes.subarray(1)]),
  };
}

function numberOf(item: Der | undefined, what: string): number {
  const { value } = expectTag(item, tags.integer, what);
  return value.length === 1 ? (value[0] ?? 0) : Number.NaN;
}

function hexOfNumber(item: Der | undefined, what: string): string {
  const { value } = expectTag(item, tags.integer, what);
  if (value.length === 0 || value.length > 64) throw new DerError(`${what}: is not a number of some use`);
  return hex({ bytes: value });
}

function hex({ bytes }: { readonly bytes: Buffer }): string {
  return bytes.toString('hex');
}
