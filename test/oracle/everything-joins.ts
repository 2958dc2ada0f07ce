import { everyGrant } from './grants.ts';
import { joinObligations, obligationsOf } from './obligation-oracle.ts';
import type { PolicyContent } from './policy-content.ts';
import type { JoinedObligations } from './question.ts';

/** Whether the obligations of all grants of each purpose and pair of kinds come together to one. */
export function everythingJoins(content: PolicyContent): boolean {
  const joined = new Map<string, JoinedObligations>();
  for (const { policy, rule, source, recipient } of everyGrant(content)) {
    const flow = `${policy.purpose} ${source.kind} ${recipient.kind}`;
    const own = recipient.retain === undefined ? null : obligationsOf(rule.obligations, recipient.retain);
    const before = joined.get(flow);
    const both = own === null || before === undefined ? own : joinObligations(before, own);
    if (both === null) return false;
    joined.set(flow, both);
  }
  return true;
}
