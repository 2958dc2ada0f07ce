import type { ConsentKind } from '../consent/consent.ts';
import type { ConditionRecord, Obligations, Reason } from './decision.ts';
import { type GroupVerdict, permitBy, refusalFor } from './group-verdict.ts';
import type { Grant } from './policy.ts';
import { conditionFailed, notAvailable } from './reason.ts';

/** One grant of a cell, with everything about it that does not depend on the question. */
export interface GrantPlan {
  readonly grant: Grant;
  /** Those of the grant, nearer at hand. */
  readonly rule: string;
  readonly obligations: Obligations;
  /** Places of its conditions among those of the cell. */
  readonly conditions: readonly number[];
  /** What is said where it alone speaks: when it permits, and when it may not tell why not. */
  readonly permit: GroupVerdict;
  readonly notAvailable: GroupVerdict;
  /** The same when one condition of it is false, and when it is unknown; by place in the grant, the two in turn. */
  readonly failures: readonly GroupVerdict[];
  /** What the subject must have decided; null: nothing. */
  readonly asks: ConsentKind | null;
  /** Records that need no question: that no restriction is in force, and of each condition that nothing is on record. */
  readonly unrestricted: ConditionRecord;
  readonly absent: readonly ConditionRecord[];
}

const nothing = Object.freeze({});

const asked: Readonly<Record<Grant['consent'], ConsentKind | null>> = {
  irrelevant: null,
  invalid: null,
  required: 'consent',
  waiver: 'waiver',
};

/** Reasons depend on the policy alone, so they are made here, once, and shared by every refusal. */
export function grantPlan(grant: Grant, place: number, conditions: readonly number[]): GrantPlan {
  return {
    grant,
    rule: grant.rule,
    obligations: grant.obligations,
    conditions,
    permit: permitBy(Object.freeze([place]), Object.freeze([grant.rule])),
    notAvailable: refusalBy(notAvailable(grant)),
    failures: grant.conditions.flatMap((condition) => [
      refusalBy(conditionFailed(grant, condition, 'false')),
      refusalBy(conditionFailed(grant, condition, 'unknown')),
    ]),
    asks: asked[grant.consent],
    unrestricted: Object.freeze({ rule: grant.rule, condition: 'unrestricted', value: 'true', inputs: nothing }),
    absent: grant.conditions.map(({ key }) =>
      Object.freeze({ rule: grant.rule, condition: key, value: 'false', inputs: nothing }),
    ),
  };
}

function refusalBy(reason: Reason): GroupVerdict {
  return refusalFor(Object.freeze([Object.freeze(reason)]));
}
