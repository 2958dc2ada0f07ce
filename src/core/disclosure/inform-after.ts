import type { PurposeId } from '../brand.ts';
import { lengthOf } from '../calendar.ts';
import type { Decision } from '../policy/decision.ts';
import type { PolicySet } from '../policy/policy-set.ts';

/**
 * For how long the subject is not shown what came of a request. A permit says so itself; to be shown a
 * refusal at once would tell of the next request that is not refused, so it waits for the longest delay
 * of any rule for its purpose, in each of these sets. null: not at all.
 */
export function informAfter(sets: readonly (PolicySet | null)[], decision: Decision): string | null {
  return decision.outcome === 'permit' ? decision.obligations.informAfter : longestDelay(sets, decision.purpose);
}

/** The longest time for which any rule for this purpose leaves the subject uninformed. */
export function longestDelay(sets: readonly (PolicySet | null)[], purpose: PurposeId): string | null {
  return sets
    .flatMap((set) => [set?.policies.get(purpose), set?.breakGlass?.rules.policies.get(purpose)])
    .flatMap((policy) => policy?.grants ?? [])
    .map(({ obligations }) => obligations.informAfter)
    .reduce(longer, null);
}

/** Delays count in days: a rule can say no other. */
function longer(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return lengthOf(one).days >= lengthOf(other).days ? one : other;
}
