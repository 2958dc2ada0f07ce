import type { FieldId } from '../brand.ts';
import type { FieldRefusal, Reason } from '../policy/decision.ts';
import type { DecisionSummary } from './request.ts';

/** All that anybody is told of it: not by whom, nor why. */
const declined: Reason = {
  class: 'declined',
  rule: null,
  text: { nl: 'De bron geeft dit gegeven niet.', en: 'The source does not give this field.' },
  remedy: null,
};

/** Fields that people of the source struck out. */
export function struckIn({ refused }: Pick<DecisionSummary, 'refused'>): readonly FieldId[] {
  return refused.flatMap(({ field, reasons }) =>
    reasons.some(({ class: kind }) => kind === declined.class) ? [field] : [],
  );
}

/** The same decision without these fields. */
export function strike(decision: DecisionSummary, fields: readonly FieldId[]): DecisionSummary {
  return refuse(
    decision,
    fields.map((field) => ({ field, reasons: [declined] })),
  );
}

/**
 * A later decision about what was left of the same request, with the fields that were refused before: by the policy, or
 * struck out. A refusal stays as it is: it must look like one about a person whom nobody knows.
 * INVARIANT: what was refused once is permitted by no later decision of the request that is kept.
 */
export function keepRefused(before: DecisionSummary, later: DecisionSummary): DecisionSummary {
  if (later.outcome !== 'permit') return later;
  const again = new Set(later.refused.map(({ field }) => field));
  return refuse(
    later,
    before.refused.filter(({ field }) => !again.has(field)),
  );
}

function refuse(decision: DecisionSummary, refused: readonly FieldRefusal[]): DecisionSummary {
  const gone = new Set<string>(refused.map(({ field }) => field));
  return {
    ...decision,
    permitted: decision.permitted.filter((field) => !gone.has(field)),
    refused: [...decision.refused.filter(({ field }) => !gone.has(field)), ...refused],
    obtained: Object.fromEntries(Object.entries(decision.obtained).filter(([field]) => !gone.has(field))),
  };
}
