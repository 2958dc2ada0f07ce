import { anyPolicy } from './certificate-extensions.ts';
import type { ParsedCertificate } from './parse-certificate.ts';

/** The policies that hold so far: all of them, or these; an empty set is none. */
type Valid = 'any' | ReadonlySet<string>;

/**
 * Policies along a path, as RFC 5280, 6.1, with mapping inhibited from the start: an authority that maps
 * its policies to another's does not pass them on here. @param path from the anchor's first child to the leaf
 * @param wanted at least one of these must hold; empty asks none, and only the path itself can.
 */
export function policiesHold(path: readonly ParsedCertificate[], wanted: readonly string[]): boolean {
  let valid: Valid = 'any';
  let explicit = wanted.length > 0 ? 0 : path.length + 1;
  let anyLeft = path.length + 1;
  for (const [index, certificate] of path.entries()) {
    const last = index === path.length - 1;
    const selfIssued = certificate.issuer.key === certificate.subject.key;
    valid = narrowed(valid, certificate, anyLeft > 0 || (!last && selfIssued));
    if (explicit === 0 && isNone(valid)) return false;
    if (!last) {
      if (certificate.mapped.includes(null)) return false;
      valid = withoutMapped(valid, certificate);
    }
    if (last || !selfIssued) {
      explicit = Math.max(0, explicit - 1);
      anyLeft = Math.max(0, anyLeft - 1);
    }
    const { requireExplicitPolicy, inhibitAnyPolicy } = certificate;
    // at the leaf only a demand that starts there counts
    if (requireExplicitPolicy !== null && (!last || requireExplicitPolicy === 0))
      explicit = Math.min(explicit, requireExplicitPolicy);
    if (inhibitAnyPolicy !== null) anyLeft = Math.min(anyLeft, inhibitAnyPolicy);
  }
  if (explicit > 0) return true;
  return wanted.length === 0 ? !isNone(valid) : wanted.some((policy) => valid === 'any' || valid.has(policy));
}

function narrowed(valid: Valid, { policies }: ParsedCertificate, anyCounts: boolean): Valid {
  if (policies === null) return new Set();
  if (policies.includes(anyPolicy) && anyCounts) return valid;
  const named = policies.filter((policy) => policy !== anyPolicy);
  return new Set(named.filter((policy) => valid === 'any' || valid.has(policy)));
}

function withoutMapped(valid: Valid, { mapped }: ParsedCertificate): Valid {
  return valid === 'any' ? valid : new Set([...valid].filter((policy) => !mapped.includes(policy)));
}

function isNone(valid: Valid): boolean {
  return valid !== 'any' && valid.size === 0;
}
