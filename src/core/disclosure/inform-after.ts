import { lengthOf } from '../calendar.ts';
import type { Decision } from '../policy/decision.ts';
import type { PolicySet } from '../policy/policy-set.ts';

/**
 * For how long the subject is not shown what came of a request. A permit says so itself; to be shown a
 * refusal at once would tell of the next request that is not refused, so it waits for the longest delay
 * of any rule for its purpose, in each of these sets. null: not at all.
 */
export function informAfter(sets: readonly (PolicySet | null)[], decision: Decision): string | null {
  if (decision.outcome === 'permit') return decision.obligations.informAfter;
  return sets
    .flatMap((set) => set?.policies.get(decision.purpose)?.grants ?? [])
    .map(({ obligations }) => obligations.informAfter)
    .reduce(longer, null);
}

/** Delays count in days: a rule can say no other. */
function longer(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return lengthOf(one).days >= lengthOf(other).days ? one : other;
}
