import { BoundedMap } from './bounded-map.ts';
import type { ParsedCertificate } from './parse-certificate.ts';
import { isAllowedSignature, isSignedBy } from './signature-algorithms.ts';

/** Deeper than any hierarchy that we know; PKIoverheid has four. */
const mostCertificates = 8;
/** So that a heap of CAs of one name costs a bounded time. */
const mostSignatures = 32;

/** Signatures that were found good: they stay so, and after a change of trust every connection is judged again. */
const checked = new BoundedMap<string, true>(20_000);

/**
 * Every path from `leaf` to an anchor in which each certificate is signed by the next, shortest first as they are
 * found. A signature of an algorithm that is not allowed counts as a link: the path is refused for that later.
 */
export function* buildPaths(
  leaf: ParsedCertificate,
  candidates: readonly ParsedCertificate[],
  anchors: readonly ParsedCertificate[],
): Generator<readonly ParsedCertificate[], void> {
  let signatures = 0;
  const links = (child: ParsedCertificate, issuer: ParsedCertificate): boolean => {
    if (!namesIssuer(child, issuer)) return false;
    if (!isAllowedSignature(child.signed.algorithm)) return true;
    const link = `${child.thumbprint} ${issuer.thumbprint}`;
    if (checked.get(link) === true) return true;
    signatures += 1;
    const signed = signatures <= mostSignatures && isSignedBy(issuer.key, child.signed);
    if (signed) checked.set(link, true);
    return signed;
  };
  const open: (readonly ParsedCertificate[])[] = [[leaf]];
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    const end = path.at(-1) ?? leaf;
    for (const anchor of anchors) if (links(end, anchor)) yield [...path, anchor];
    if (path.length >= mostCertificates - 1) continue;
    for (const candidate of candidates) {
      const known = path.some(({ thumbprint }) => thumbprint === candidate.thumbprint);
      if (!known && links(end, candidate)) open.push([...path, candidate]);
    }
  }
}

/** By name, and by the authority key identifier as far as there is one. */
export function namesIssuer({ issuer, authorityKey }: ParsedCertificate, candidate: ParsedCertificate): boolean {
  if (issuer.key !== candidate.subject.key) return false;
  if (authorityKey === null) return true;
  const { key, serial, issuers } = authorityKey;
  if (key !== null && candidate.subjectKey !== null && key !== candidate.subjectKey) return false;
  if (serial !== null && serial !== candidate.serial) return false;
  const named = issuers.filter((name) => name.form === 'directory');
  return named.length === 0 || named.some(({ name }) => name.key === candidate.issuer.key);
}
