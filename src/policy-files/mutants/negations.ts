import { all, any } from '../../core/policy/condition/combined.ts';
import type { Condition } from '../../core/policy/condition.ts';
import type { ConditionValue } from '../../core/policy/decision.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Path } from './mutant.ts';

/** A condition that says the opposite; it cannot be written, so it is made of what was compiled. */
export interface Negation {
  readonly path: Path;
  readonly text: string;
  readonly policy: Policy;
}

/** Each condition of a rule negated, and each within `any` and `all`. `rule` is the place of the rule in the file. */
export function negations(policy: Policy, rule: { readonly id: string; readonly index: number }): readonly Negation[] {
  const grant = policy.grants.find((one) => one.rule === rule.id);
  if (grant === undefined) return [];
  return grant.conditions.flatMap((condition, index) =>
    placesIn(condition).map((place) => ({
      path: ['rules', rule.index, 'when', index, ...place.path],
      text: `negate ${place.condition.key}`,
      // Every grant of the rule has the same conditions, compiled for its own kinds.
      policy: {
        ...policy,
        grants: policy.grants.map((one) =>
          one.rule === rule.id ? { ...one, conditions: replaced(one.conditions, [index, ...place.steps]) } : one,
        ),
      },
    })),
  );
}

interface Place {
  readonly condition: Condition;
  /** In the written policy, below the condition. */
  readonly path: Path;
  /** From member to member. */
  readonly steps: readonly number[];
}

function placesIn(condition: Condition): readonly Place[] {
  const combined = condition.form.any === undefined ? 'all' : 'any';
  return [
    { condition, path: [], steps: [] },
    ...condition.members.flatMap((member, index) =>
      placesIn(member).map((place) => ({
        ...place,
        path: [combined, index, ...place.path],
        steps: [index, ...place.steps],
      })),
    ),
  ];
}

function replaced(conditions: readonly Condition[], [first = 0, ...rest]: readonly number[]): readonly Condition[] {
  return conditions.map((condition, index) => {
    if (index !== first) return condition;
    if (rest.length === 0) return negated(condition);
    const members = replaced(condition.members, rest);
    const combined = condition.form.any === undefined ? all(members) : any(members);
    return { ...condition, ...combined, members };
  });
}

const opposite: Readonly<Record<ConditionValue, ConditionValue>> = { true: 'false', false: 'true', unknown: 'unknown' };

/** The condition itself is its one member, so that whoever looks for what it reads finds that. */
function negated(condition: Condition): Condition {
  return {
    ...condition,
    key: `not(${condition.key})`,
    members: [condition],
    evaluate: (evidence) => {
      const evaluation = condition.evaluate(evidence);
      return { value: opposite[evaluation.value], inputs: {}, members: [evaluation] };
    },
  };
}
