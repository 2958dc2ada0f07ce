import type { ConsentKind } from '../consent/consent.ts';
import type { ConditionRecord, Reason } from './decision.ts';
import type { Grant } from './policy.ts';
import { conditionFailed, notAvailable } from './reason.ts';

/** One grant of a cell, with everything about it that does not depend on the question. */
export interface GrantPlan {
  readonly grant: Grant;
  /** Places of its conditions among those of the cell. */
  readonly conditions: readonly number[];
  /** What is said when a condition of it is false, and when it is unknown; by place in the grant. */
  readonly failures: readonly { readonly false: Reason; readonly unknown: Reason }[];
  readonly notAvailable: readonly Reason[];
  /** What the subject must have decided; null: nothing. */
  readonly asks: ConsentKind | null;
  /** Records that need no question: that no restriction is in force, and of each condition that nothing is on record. */
  readonly unrestricted: ConditionRecord;
  readonly absent: readonly ConditionRecord[];
  /** The rules of a field that this grant alone permits. */
  readonly rules: readonly string[];
}

const nothing = Object.freeze({});

const asked: Readonly<Record<Grant['consent'], ConsentKind | null>> = {
  irrelevant: null,
  invalid: null,
  required: 'consent',
  waiver: 'waiver',
};

/** Reasons depend on the policy alone, so they are made here, once, and shared by every refusal. */
export function grantPlan(grant: Grant, conditions: readonly number[]): GrantPlan {
  return {
    grant,
    conditions,
    failures: grant.conditions.map((condition) => ({
      false: Object.freeze(conditionFailed(grant, condition, 'false')),
      unknown: Object.freeze(conditionFailed(grant, condition, 'unknown')),
    })),
    notAvailable: Object.freeze([Object.freeze(notAvailable(grant))]),
    asks: asked[grant.consent],
    unrestricted: Object.freeze({ rule: grant.rule, condition: 'unrestricted', value: 'true', inputs: nothing }),
    absent: grant.conditions.map(({ key }) =>
      Object.freeze({ rule: grant.rule, condition: key, value: 'false', inputs: nothing }),
    ),
    rules: Object.freeze([grant.rule]),
  };
}
