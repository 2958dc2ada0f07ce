import { type Deadlines, deadlinesFor, rolesToTurnTo } from '../deadlines.ts';
import type { Policy } from '../policy.ts';
import type { PolicySet } from '../policy-set.ts';
import type { Finding } from './finding.ts';

/** Who acts in each step, as a grant names it. */
const actor = { respond: 'source', collect: 'recipient' } as const;

/**
 * Purposes whose requests may wait for a kind of partner where nobody has a role that is turned to before the end: there the
 * question would run out without a word to anybody but who let it lie. What turns to nobody at all says so itself.
 */
export function nobodyToTurnTo(set: PolicySet): Finding[] {
  const steps = Object.keys(actor) as (keyof Deadlines)[];
  return [...set.policies.values()].flatMap((policy) => steps.flatMap((step) => inStep(set, policy, step)));
}

function inStep({ catalogue, deadlines }: PolicySet, { purpose, grants }: Policy, step: keyof Deadlines): Finding[] {
  const term = deadlinesFor(deadlines, purpose)[step];
  if (term.escalate === null) return [];
  const { to } = term.escalate;
  const own = deadlines.purposes.get(purpose)?.[step] === undefined ? ['default'] : ['purposes', purpose];
  const place = { in: 'deadlines', path: [...own, step, 'escalate', 'to'] } as const;
  const kinds = [...new Set(grants.map((grant) => grant[actor[step]]))].sort();
  return kinds
    .filter((kind) => rolesToTurnTo(term, catalogue, kind).length === 0)
    .map((kind): Finding => {
      const roles = [...(catalogue.partnerKinds.get(kind)?.roles.keys() ?? [])].join(', ') || 'no role at all';
      const message = `reaches nobody at ${kind}, a ${actor[step]} of ${purpose}: it turns to ${to.join(', ')}, and there people are called ${roles}`;
      return { severity: 'error', check: 'nobody-to-turn-to', place, message };
    });
}
