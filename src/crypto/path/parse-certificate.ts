import { createHash, type KeyObject } from 'node:crypto';
import { type CertificateExtensions, readExtensions } from './certificate-extensions.ts';
import { type Der, DerError, expectTag, inside, readDer, readTime, tags } from './der.ts';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { readPublicKey } from './signature-algorithms.ts';

/** What its issuer signed, how, and the signature. */
export interface Signed {
  readonly bytes: Buffer;
  /** Hexadecimal DER of the `AlgorithmIdentifier`. */
  readonly algorithm: string;
  readonly signature: Buffer;
}

/** A version 3 certificate, taken apart. Nothing in it was checked against anything outside it. */
export interface ParsedCertificate extends CertificateExtensions {
  readonly der: Buffer;
  /** SHA-256 over the DER, lower-case hexadecimal. */
  readonly thumbprint: string;
  /** Hexadecimal, as the number stands in the certificate. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: KeyObject;
  /** Hexadecimal DER of the key's `AlgorithmIdentifier`. */
  readonly keyAlgorithm: string;
  readonly signed: Signed;
  /** The identifiers of all extensions, also of those that are not known here. */
  readonly all: ReadonlySet<string>;
}

/** Longer than any certificate of an authority that we know, by far. */
const mostBytes = 32_768;
/** 20 bytes, and one that keeps the number positive. */
const mostSerialBytes = 21;

/** Throws `DerError` for anything that is not one version 3 certificate in DER, each part in its one form. */
export function parseCertificate(der: Buffer): ParsedCertificate {
  if (der.length > mostBytes) throw new DerError('certificate: longer than a certificate is');
  const [body, algorithm, signature] = readSigned(readDer(der, tags.sequence, 'certificate'), 'certificate');
  const [version, ...members] = inside(body, tags.sequence, 'certificate');
  const [number] = inside(version, 0xa0, 'version');
  if (expectTag(number, tags.integer, 'version').value.toString('hex') !== '02')
    throw new DerError('certificate: is not of version 3');
  const [serial, inner, issuer, validity, subject, spki, extensions, ...others] = members;
  // unique identifiers would stand here; no authority writes them
  if (extensions === undefined || others.length > 0) throw new DerError('certificate: does not have its parts');
  const repeated = expectTag(inner, tags.sequence, 'certificate').bytes.toString('hex');
  if (repeated !== algorithm) throw new DerError('certificate: names two signature algorithms');
  const [notBefore, notAfter, ...more] = inside(validity, tags.sequence, 'validity');
  if (more.length > 0) throw new DerError('validity: does not have its parts');
  const [sequence, ...strays] = inside(extensions, 0xa3, 'extensions');
  if (strays.length > 0) throw new DerError('extensions: do not have their parts');
  return {
    der,
    thumbprint: createHash('sha256').update(der).digest('hex'),
    serial: readSerial(serial),
    issuer: readName(issuer, 'issuer'),
    subject: readName(subject, 'subject'),
    notBefore: readTime(notBefore, 'notBefore'),
    notAfter: readTime(notAfter, 'notAfter'),
    ...readKey(expectTag(spki, tags.sequence, 'key')),
    signed: { bytes: body.bytes, algorithm, signature },
    ...readExtensions(expectTag(sequence, tags.sequence, 'extensions')),
  };
}

/** Certificates and revocation lists alike are a body, an algorithm and a signature. Throws `DerError`. */
export function readSigned(item: Der, what: string): [body: Der, algorithm: string, signature: Buffer] {
  const [body, algorithm, signature, ...others] = inside(item, tags.sequence, what);
  if (body === undefined || others.length > 0) throw new DerError(`${what}: does not have its parts`);
  const bits = expectTag(signature, tags.bitString, what).value;
  if (bits[0] !== 0) throw new DerError(`${what}: a signature of no whole bytes`);
  return [body, expectTag(algorithm, tags.sequence, what).bytes.toString('hex'), bits.subarray(1)];
}

/** Hexadecimal of a positive number in its shortest form. Throws `DerError`. */
export function readSerial(item: Der | undefined): string {
  const { value } = expectTag(item, tags.integer, 'serialNumber');
  const [first = 0x80, second = 0x80] = value;
  if (first >= 0x80 || value.length > mostSerialBytes) throw new DerError('serialNumber: is not positive or too long');
  if (first === 0 && second < 0x80) throw new DerError('serialNumber: in a longer form than needed');
  return value.toString('hex');
}

function readKey(spki: Der): { readonly key: KeyObject; readonly keyAlgorithm: string } {
  const [algorithm] = inside(spki, tags.sequence, 'key');
  const key = readPublicKey(spki.bytes);
  if (key === null) throw new DerError('key: cannot be read');
  return { key, keyAlgorithm: expectTag(algorithm, tags.sequence, 'key').bytes.toString('hex') };
}
