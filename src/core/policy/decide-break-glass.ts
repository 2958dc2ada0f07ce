import { restrictionType } from '../fact/restriction.ts';
import { decide } from './decide.ts';
import type { Decision, Question } from './decision.ts';
import type { PolicySet } from './policy-set.ts';

/**
 * Whether fields may be given where life or limb is at stake: by the rules for that alone, under every prohibition. The
 * same engine decides, so that a person whom nobody knows is refused as one with whom the source is not involved.
 *
 * No consent is looked at, for this is not the ground where somebody can say something. A restriction of processing
 * freezes no help. @law AVG 6(1)(d), 9(2)(c), 18(2); UAVG 22(2)(b)
 */
export function decideBreakGlass(set: PolicySet, question: Omit<Question, 'trigger'>): Decision {
  const { snapshot } = question;
  const facts = snapshot.facts.filter(({ type }) => type !== restrictionType);
  return decide(set.breakGlass?.rules ?? withoutRules(set), {
    ...question,
    trigger: 'pull',
    snapshot: { ...snapshot, facts, consents: [] },
  });
}

/** A set that says nothing of emergencies gives nothing in one, also not what its policies would. */
function withoutRules(set: PolicySet): PolicySet {
  return { ...set, policies: new Map() };
}
