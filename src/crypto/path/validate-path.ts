import { policiesHold } from './certificate-policies.ts';
import { namesPermitted } from './name-constraints.ts';
import type { ParsedCertificate } from './parse-certificate.ts';
import { type RevocationList, revocationOf } from './revocation-list.ts';
import { isAllowedKey, isAllowedSignature } from './signature-algorithms.ts';

export interface PathDemands {
  /** By hexadecimal name of their issuer. */
  readonly lists: ReadonlyMap<string, readonly RevocationList[]>;
  /** At least one of these must hold; empty asks none. */
  readonly policies: readonly string[];
  readonly now: Date;
}

/** Stable words: they speak of the certificates only. */
export type PathRefusal =
  | 'expired'
  | 'not-yet-valid'
  | 'revoked'
  /** No current revocation list covers a certificate, so nobody can say that it was not revoked. */
  | 'revocation-unknown'
  /** Not issued for clients. */
  | 'wrong-purpose'
  | 'weak-algorithm'
  /** A critical extension that nobody here can judge. */
  | 'unknown-extension'
  /** A certificate that may not issue, stands too deep, or lacks what RFC 5280 wants of it. */
  | 'invalid-path'
  /** A name outside what an authority above may issue for. */
  | 'name-not-permitted'
  | 'wrong-policy';

const usage = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, cRLSign: 6 };
const clientAuth = '1.3.6.1.5.5.7.3.2';
const timeStamping = '1.3.6.1.5.5.7.3.8';

/**
 * Everything RFC 5280 asks of a path but its signatures, which `buildPaths` checked. `path` goes from the leaf to
 * the anchor. Null when nothing stands against it, with the half-open time in which no list or certificate changes that.
 */
export function refusalOfPath(path: readonly ParsedCertificate[], demands: PathDemands): PathRefusal | null {
  return refusalOfForm(path, { ...demands, isForPurpose: isForClients }) ?? refusalByLists(path, demands);
}

/**
 * As `refusalOfPath`, for a certificate that dates documents, at the moment that it dated one. Revocation lists of
 * that moment are long gone where a date matters, so that none are asked: whoever must know asks the authority.
 */
export function refusalOfTimestampPath(path: readonly ParsedCertificate[], now: Date): PathRefusal | null {
  return refusalOfForm(path, { policies: [], now, isForPurpose: isForTimestamps });
}

interface FormDemands extends Omit<PathDemands, 'lists'> {
  readonly isForPurpose: (leaf: ParsedCertificate, authorities: readonly ParsedCertificate[]) => boolean;
}

function refusalOfForm(path: readonly ParsedCertificate[], demands: FormDemands): PathRefusal | null {
  const [leaf] = path;
  if (leaf === undefined) return 'invalid-path';
  if (path.some((certificate) => !isStrong(certificate))) return 'weak-algorithm';
  if (path.some(({ unknownCritical }) => unknownCritical)) return 'unknown-extension';
  for (const { notBefore, notAfter } of path) {
    if (demands.now < notBefore) return 'not-yet-valid';
    if (demands.now >= notAfter) return 'expired';
  }
  if (!isLeaf(leaf) || !path.slice(1).every((ca, index) => isIssuer(ca, index === path.length - 2)))
    return 'invalid-path';
  if (!depthsHold(path)) return 'invalid-path';
  if (!demands.isForPurpose(leaf, path.slice(1))) return 'wrong-purpose';
  if (!namesHold(path)) return 'name-not-permitted';
  // a path is walked from the anchor's first child down
  return policiesHold(path.slice(0, -1).reverse(), demands.policies) ? null : 'wrong-policy';
}

/** The half-open time in which a path that is good now stays so, by the dates of its certificates and lists. */
export function goodDuring(path: readonly ParsedCertificate[], { lists, now }: PathDemands): [from: Date, until: Date] {
  const used = pairs(path).flatMap(([certificate, issuer]) => revocationOf(certificate, issuer, lists, now).list ?? []);
  const from = [...path.map(({ notBefore }) => notBefore), ...used.map(({ thisUpdate }) => thisUpdate)];
  const until = [...path.map(({ notAfter }) => notAfter), ...used.map(({ nextUpdate }) => nextUpdate)];
  return [latest(from), new Date(Math.min(...until.map((date) => date.getTime())))];
}

function latest(dates: readonly Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())));
}

export function isStrong({ signed, keyAlgorithm, key }: ParsedCertificate): boolean {
  return isAllowedSignature(signed.algorithm) && isAllowedKey(keyAlgorithm, key);
}

/** What RFC 5280 asks of a certificate that issues others, wherever it stands. */
export function isIssuer(certificate: ParsedCertificate, anchor: boolean): boolean {
  const { ca, keyUsage, subject, subjectKey } = certificate;
  return (
    ca?.critical === true &&
    keyUsage?.has(usage.keyCertSign) === true &&
    subjectKey !== null &&
    subject.attributes.length > 0 &&
    (anchor || isLinked(certificate))
  );
}

function isLeaf(certificate: ParsedCertificate): boolean {
  const { ca, strayPathLength, keyUsage, subject, names, namesCritical } = certificate;
  const named = subject.attributes.length > 0 || (names !== null && namesCritical);
  return ca === null && !strayPathLength && keyUsage?.has(usage.keyCertSign) !== true && named && isLinked(certificate);
}

function isLinked({ authorityKey, issuer, permitted, excluded, ca }: ParsedCertificate): boolean {
  const constrains = permitted.length > 0 || excluded.length > 0;
  return (
    authorityKey !== null && authorityKey.key !== null && issuer.attributes.length > 0 && (ca !== null || !constrains)
  );
}

/** A CA's path length counts the CAs below it that were issued by another name. */
function depthsHold(path: readonly ParsedCertificate[]): boolean {
  let below = 0;
  return path.slice(1).every(({ ca, issuer, subject }) => {
    const holds = ca === null || ca.pathLength === null || below <= ca.pathLength;
    if (issuer.key !== subject.key) below += 1;
    return holds;
  });
}

function isForClients(leaf: ParsedCertificate, authorities: readonly ParsedCertificate[]): boolean {
  return (
    leaf.keyUsage?.has(usage.digitalSignature) === true &&
    leaf.extendedKeyUsage?.includes(clientAuth) === true &&
    authorities.every(({ extendedKeyUsage }) => extendedKeyUsage?.includes(clientAuth) ?? true)
  );
}

/** RFC 3161, section 2.3: for this purpose, for no other, and said so that whoever does not know it refuses it. */
function isForTimestamps(leaf: ParsedCertificate, authorities: readonly ParsedCertificate[]): boolean {
  const { extendedKeyUsage, purposesCritical, keyUsage } = leaf;
  return (
    extendedKeyUsage?.length === 1 &&
    extendedKeyUsage[0] === timeStamping &&
    purposesCritical &&
    (keyUsage === null || keyUsage.has(usage.digitalSignature) || keyUsage.has(usage.nonRepudiation)) &&
    authorities.every((authority) => authority.extendedKeyUsage?.includes(timeStamping) ?? true)
  );
}

function namesHold(path: readonly ParsedCertificate[]): boolean {
  return path.every((certificate, depth) => {
    const selfIssued = certificate.issuer.key === certificate.subject.key;
    if (depth > 0 && selfIssued) return true;
    return path.slice(depth + 1).every((authority) => namesPermitted(certificate, authority));
  });
}

/** Revoked says more than unknown, so it is told first, whichever certificate of the path it is about. */
function refusalByLists(path: readonly ParsedCertificate[], { lists, now }: PathDemands): PathRefusal | null {
  const found = pairs(path).map(([certificate, issuer]) => revocationOf(certificate, issuer, lists, now).status);
  if (found.includes('revoked')) return 'revoked';
  return found.every((status) => status === 'good') ? null : 'revocation-unknown';
}

/** Each certificate with its issuer; the anchor is nobody's. */
function pairs(path: readonly ParsedCertificate[]): [ParsedCertificate, ParsedCertificate][] {
  return path.slice(0, -1).flatMap((certificate, index) => {
    const issuer = path[index + 1];
    return issuer === undefined ? [] : [[certificate, issuer] as [ParsedCertificate, ParsedCertificate]];
  });
}
