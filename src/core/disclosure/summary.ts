import type { Decision } from '../policy/decision.ts';
import type { DecisionOutline } from './request.ts';

/** What of a decision both parties may be shown: nothing that rests on the person alone. */
export function summarise(decision: Decision): DecisionOutline {
  const permit = decision.outcome === 'permit' ? decision : null;
  return {
    outcome: decision.outcome,
    class: decision.outcome === 'refusal' ? decision.class : null,
    policyVersion: decision.policyVersion,
    policySet: decision.policySet,
    law: decision.law,
    regimes: decision.regimes,
    permitted: permit === null ? [] : permit.permitted,
    refused: decision.refused,
    obligations: permit === null ? null : permit.obligations,
    decidedAt: decision.decidedAt,
  };
}
