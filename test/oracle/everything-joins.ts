import { everyGrant } from './grants.ts';
import { joinObligations, obligationsOf } from './obligation-oracle.ts';
import type { PolicyContent } from './policy-content.ts';
import type { JoinedObligations } from './question.ts';

/**
 * Whether the obligations of the grants of each purpose and pair of kinds join, two by two and all together. Neither
 * says the other: three roles join two by two, and P30D joins with P6M once a third has no longest period at all.
 */
export function everythingJoins(content: PolicyContent): boolean {
  const byFlow = new Map<string, JoinedObligations[]>();
  for (const { policy, rule, source, recipient } of everyGrant(content)) {
    const own = recipient.retain === undefined ? null : obligationsOf(rule.obligations, recipient.retain);
    if (own === null) return false;
    const flow = `${policy.purpose} ${source.kind} ${recipient.kind}`;
    byFlow.set(flow, [...(byFlow.get(flow) ?? []), own]);
  }
  return [...byFlow.values()].every(
    (all) => all.every((one) => all.every((other) => joinObligations(one, other) !== null)) && joinTogether(all),
  );
}

function joinTogether(all: readonly JoinedObligations[]): boolean {
  let joined: JoinedObligations | null = all[0] ?? null;
  for (const next of all) joined = joined === null ? null : joinObligations(joined, next);
  return joined !== null;
}
