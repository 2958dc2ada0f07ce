import type { FieldId } from '../brand.ts';
import { Fault } from '../fault.ts';
import type { Unit } from '../partner/partner.ts';
import type { Permit } from '../policy/decision.ts';
import { grantsBetween } from '../policy/policy-set.ts';
import type { PolicySets } from './ports.ts';

/** Field → what its source may have got it under, sorted; by field, for each may rest on another rule. */
export type Obtained = Readonly<Record<FieldId, readonly string[]>>;

/** How the source's own registration is called beside purposes. */
const ownRegistration = 'own';

/**
 * Provenance of what a permit permits, from the rules that permit it. Throws `Fault('basis-changed')` where
 * the set of the permit binds its source no more.
 */
export function obtainedUnder(
  policies: PolicySets,
  { source, recipient }: { readonly source: Unit | undefined; readonly recipient: Unit | undefined },
  permit: Permit,
): Obtained {
  if (source === undefined || recipient === undefined) throw new RangeError('a permit is always between two units');
  const set = policies.boundTo(source);
  if (set?.digest !== permit.policySet) throw new Fault('basis-changed', 'the policies of the permit bind no more');
  const rules = set.breakGlass?.policy.purpose === permit.purpose ? set.breakGlass.rules : set;
  const grants = grantsBetween(rules, permit.purpose, source.kind, recipient.kind);
  return Object.fromEntries(
    permit.permitted.map((field) => {
      const permitting = grants.filter(({ rule }) => permit.rules[field]?.includes(rule));
      const words = permitting.flatMap<string>(({ obtained }) =>
        obtained.length === 0 ? [ownRegistration] : obtained,
      );
      return [field, [...new Set(words)].sort()];
    }),
  );
}

/** Whether what was fetched under `asked` may be given under `now`, for every field that is still permitted. */
export function isStillObtained(asked: Obtained, now: Obtained): boolean {
  return Object.entries<readonly string[]>(now).every(([field, words]) => {
    const fetched = asked[field as FieldId];
    return fetched?.every((word) => words.includes(word)) === true;
  });
}
