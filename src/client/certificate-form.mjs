import { X509Certificate } from 'node:crypto';
import { booleanOf, contentOf, derItems, extensionsIn, inside, onlyItem, tags, unreadable } from './der.mjs';
import { SealedError } from './sealed-error.mjs';
import { signedIn } from './signature.mjs';

/**
 * What a certificate says of itself, read from its own bytes: Node tells neither which extensions are critical nor how
 * deep an authority may issue.
 *
 * @typedef {object} Form
 * @property {X509Certificate} certificate
 * @property {import('./signature.mjs').Signed} signed
 * @property {string} serial hexadecimal, as the number stands in it
 * @property {string} issuer @property {string} subject hexadecimal DER of the name
 * @property {boolean} isAuthority
 * @property {number} pathLength how many authorities may stand below it; Infinity: as many as like
 * @property {ReadonlySet<number>} uses bits of `keyUsage`
 * @property {readonly string[] | undefined} purposes `extKeyUsage`; undefined: it says nothing of it
 * @property {readonly string[]} listNames hexadecimal: where its revocation list is to be found
 */

export const bits = { digitalSignature: 0, keyCertSign: 5, cRLSign: 6 };

/** What is judged here. @type {ReadonlySet<string>} */
const judged = new Set(['551d0f', '551d11', '551d13', '551d1f', '551d20', '551d25']);
/** Name constraints, policy constraints and `inhibitAnyPolicy` limit what stands below, critical or not. */
const limits = new Set(['551d1e', '551d24', '551d36']);

/**
 * Throws `SealedError` for a certificate that cannot be read, and for one with a limit or a critical extension that is
 * not judged here (RFC 5280 §4.2): whoever looks past it trusts an authority further than was meant.
 *
 * @param {Buffer} der
 * @returns {Form}
 */
export function formOf(der) {
  const certificate = certificateOf(der);
  const signed = signedIn(onlyItem(der));
  const [version, serial, , issuer, , subject, , ...rest] = inside(signed.body);
  if (version?.tag !== 0xa0 || issuer === undefined || subject === undefined) throw unreadable();
  const wrapped = rest.find(({ tag }) => tag === 0xa3);
  const all = wrapped === undefined ? [] : extensionsIn(onlyItem(wrapped.value));
  for (const { oid, isCritical } of all) {
    if (limits.has(oid) || (isCritical && !judged.has(oid)))
      throw new SealedError('certificate', 'a certificate sets a limit that is not judged here');
  }
  const valueIn = (/** @type {string} */ oid) => all.find((one) => one.oid === oid)?.value;
  const [flag, length] = basicConstraints(valueIn('551d13'));
  return {
    certificate,
    signed,
    serial: contentOf(serial, tags.integer).toString('hex'),
    issuer: issuer.bytes.toString('hex'),
    subject: subject.bytes.toString('hex'),
    isAuthority: flag,
    pathLength: length,
    uses: keyUsage(valueIn('551d0f')),
    // Node calls the extended usages by the name of the others.
    purposes: certificate.keyUsage,
    listNames: distributionPoints(valueIn('551d1f')),
  };
}

/**
 * INVARIANT: of these very bytes. Node looks for PEM before it reads DER, and finds it anywhere in between: what is read
 * here and what Node tells would then be of two certificates.
 * @param {Buffer} der
 */
function certificateOf(der) {
  const certificate = readByNode(der);
  if (!certificate.raw.equals(der)) throw unreadable();
  return certificate;
}

/** @param {Buffer} der */
function readByNode(der) {
  try {
    return new X509Certificate(der);
  } catch {
    // OpenSSL tells some certificates that it cannot read with a code and others without.
    throw unreadable();
  }
}

/** @param {Buffer | undefined} value @returns {[isAuthority: boolean, pathLength: number]} */
function basicConstraints(value) {
  if (value === undefined) return [false, 0];
  const members = inside(onlyItem(value));
  const isAuthority = members[0]?.tag === tags.boolean && booleanOf(members[0]);
  const length = members.find(({ tag }) => tag === tags.integer)?.value;
  if (length !== undefined && (length.length !== 1 || (length[0] ?? 0x80) >= 0x80)) throw unreadable();
  return [isAuthority, length?.[0] ?? Number.POSITIVE_INFINITY];
}

/** @param {Buffer | undefined} value */
function keyUsage(value) {
  /** @type {Set<number>} */
  const found = new Set();
  if (value === undefined) return found;
  const [, ...bytes] = contentOf(onlyItem(value), tags.bitString);
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit += 1) if ((byte & (0x80 >> bit)) !== 0) found.add(index * 8 + bit);
  }
  return found;
}

/** A list for some reasons only, or by somebody else, is none that is asked here. @param {Buffer | undefined} value */
function distributionPoints(value) {
  if (value === undefined) return [];
  return inside(onlyItem(value)).flatMap((point) => {
    const [name, ...others] = inside(point);
    return name?.tag === 0xa0 && others.length === 0 ? fullNames(name) : [];
  });
}

/** Hexadecimal DER of the names in a `DistributionPointName`. @param {import('./der.mjs').Der} name */
export function fullNames({ value }) {
  const choice = onlyItem(value);
  return choice.tag === 0xa0 ? [...derItems(choice.value)].map(({ bytes }) => bytes.toString('hex')) : [];
}
