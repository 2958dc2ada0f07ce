import type { Digest, PurposeId } from '../../src/core/brand.ts';
import type { Obligations } from '../../src/core/policy/decision.ts';
import type { Grant } from '../../src/core/policy/policy.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';

/** The same set with every grant for one purpose changed, under a digest of its own. */
export function withGrants(set: PolicySet, purpose: string, change: (grant: Grant) => Partial<Grant>): PolicySet {
  const policy = set.policies.get(purpose as PurposeId);
  if (policy === undefined) throw new Error(`no policy for ${purpose}`);
  const grants = policy.grants.map((grant) => ({ ...grant, ...change(grant) }));
  const policies = new Map([...set.policies, [policy.purpose, { ...policy, grants }] as const]);
  const digest = `${set.digest.slice(0, -4)}${(made++).toString(16).padStart(4, '0')}` as Digest;
  return { ...set, digest, policies };
}

export function withObligations(set: PolicySet, purpose: string, change: Partial<Obligations>): PolicySet {
  return withGrants(set, purpose, ({ obligations }) => ({ obligations: { ...obligations, ...change } }));
}

let made = 0;
