import { X509Certificate } from 'node:crypto';
import { bits, formOf } from './certificate-form.mjs';
import { revocationBy } from './revocation.mjs';
import { SealedError } from './sealed-error.mjs';
import { isSignedBy, isStrong } from './signature.mjs';

/** @typedef {import('./certificate-form.mjs').Form} Form */

const clientAuthentication = '1.3.6.1.5.5.7.3.2';

/**
 * The path from a certificate up to an authority that you trust: signatures, dates, purpose, who may issue and how deep,
 * and whether one of them was taken back. Gives the certificate itself. An authority that limits names or policies is
 * refused, because that is not judged here.
 *
 * @param {readonly string[]} x5c base64 DER: the certificate, then each one's issuer; the anchor may be left out
 * @param {import('./client-types.d.mts').PathTrust & { readonly now: Date }} trust
 */
export async function certificatePath(x5c, { anchors, now, ...revocation }) {
  const statusOf = revocationBy(revocation, now);
  const trusted = anchorsIn(anchors);
  const given = x5c.map((text) => formOf(Buffer.from(text, 'base64')));
  const [leaf] = given;
  if (leaf === undefined || leaf.isAuthority || !leaf.uses.has(bits.digitalSignature))
    throw refused('not a certificate by which an organisation signs');
  const path = anchoredPath(given, trusted);
  for (const [index, one] of path.entries()) {
    const issuer = path[index + 1];
    if (!isInTime(one, now)) throw refused('a certificate is not in its time');
    if (!isStrong(one.certificate.publicKey)) throw refused('a key is too weak');
    if (!(one.purposes?.includes(clientAuthentication) ?? index > 0))
      throw refused('not a certificate by which an organisation comes in');
    if (issuer === undefined) continue;
    if (!isIssuedBy(one, issuer, index)) throw refused('a certificate is not issued by the next');
    const status = await statusOf(one, issuer);
    if (status === 'revoked') throw refused('a certificate was taken back');
    if (status === 'unknown') throw refused('nothing that is current says whether a certificate was taken back');
  }
  return leaf.certificate;
}

/** With the anchor at its end, once. @param {readonly Form[]} given @param {readonly Form[]} trusted */
function anchoredPath(given, trusted) {
  const last = /** @type {Form} */ (given.at(-1));
  const isAnchor = (/** @type {Form} */ anchor) =>
    anchor.certificate.fingerprint256 === last.certificate.fingerprint256;
  if (given.length > 1 && trusted.some(isAnchor)) return given;
  const anchor = trusted.find((one) => isIssuedBy(last, one, given.length - 1));
  if (anchor === undefined) throw refused('under no authority that is trusted');
  return [...given, anchor];
}

/** Throws `TypeError` where none is given: nobody is trusted by leaving it out. @param {string | readonly string[]} anchors */
function anchorsIn(anchors) {
  const blocks = [anchors]
    .flat()
    .join('\n')
    .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (blocks === null) throw new TypeError('anchors must hold certificates in PEM');
  return blocks.map((block) => formOf(new X509Certificate(block).raw));
}

/** @param {Form} one @param {Form} issuer @param {number} below how many authorities stand below the issuer */
function isIssuedBy(one, issuer, below) {
  const mayIssue = issuer.isAuthority && issuer.uses.has(bits.keyCertSign) && below <= issuer.pathLength;
  return (
    mayIssue &&
    one.issuer === issuer.subject &&
    one.certificate.checkIssued(issuer.certificate) &&
    isSignedBy(one.signed, issuer.certificate.publicKey)
  );
}

/** @param {Form} form @param {Date} now */
function isInTime({ certificate: { validFrom, validTo } }, now) {
  return Date.parse(validFrom) <= now.getTime() && now.getTime() <= Date.parse(validTo);
}

/** @param {string} message */
function refused(message) {
  return new SealedError('certificate', message);
}
