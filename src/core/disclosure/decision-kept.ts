import type { Unit } from '../partner/partner.ts';
import type { Decision } from '../policy/decision.ts';
import { informAfter } from './inform-after.ts';
import { obtainedUnder } from './obtained-under.ts';
import type { PolicySets } from './ports.ts';
import type { DecisionSummary } from './request.ts';
import { summarise } from './summary.ts';

/** The decision of a request as it is kept: with what else its policies say of the data and of the subject. */
export function decisionKept(
  policies: PolicySets,
  {
    decision,
    source,
    recipient,
  }: {
    readonly decision: Decision;
    /** undefined: no such unit, about which nothing is ever permitted. */
    readonly source: Unit | undefined;
    readonly recipient: Unit | undefined;
  },
): DecisionSummary {
  return {
    ...summarise(decision),
    obtained: decision.outcome === 'permit' ? obtainedUnder(policies, { source, recipient }, decision) : {},
    informAfter: informAfter([source === undefined ? null : policies.boundTo(source), policies.current()], decision),
    consented: decision.outcome === 'permit' && decision.consents.length > 0,
    given: null,
  };
}
