import type { PurposeId } from '../brand.ts';
import type { ConditionValue, Decision, Question } from './decision.ts';
import type { Policy } from './policy.ts';
import type { PolicySet } from './policy-set.ts';
import { possibleReasons } from './possible-reasons.ts';

/** A decision that a case led to, with what was asked. */
export interface Played {
  readonly question: Question;
  readonly decision: Decision;
}

/** Something that a set can do, and whether a case shows it. */
export interface Covered {
  readonly kind: 'grant' | 'condition' | 'reason';
  /** null: of a prohibition, whatever the purpose. */
  readonly purpose: PurposeId | null;
  /** Rule or prohibition; null where the reason has none. */
  readonly rule: string | null;
  /** Completes "no case …". */
  readonly what: string;
  readonly covered: boolean;
}

export interface Coverage {
  /** What must be shown; all of it, or the cases are not enough. */
  readonly items: readonly Covered[];
  /** Conditions that a case also finds unknown: told, not demanded. */
  readonly unknown: { readonly seen: number; readonly total: number };
}

/**
 * Whether the cases show each grant permitting, each condition both true and not true, and each
 * reason that can be given. Conditions within `any` and `all` count as conditions of their own.
 */
export function caseCoverage(set: PolicySet, played: readonly Played[]): Coverage {
  const seen = whatWasSeen(played);
  const conditions = [...set.policies.values()].flatMap((policy) => conditionsOf(policy));
  return {
    items: [
      ...[...set.policies.values()].flatMap((policy) => grantItems(policy, seen.grants)),
      ...conditions.flatMap((one) => conditionItems(one, seen.values)),
      ...possibleReasons(set).map(({ purpose, class: found, rule }): Covered => {
        const what = `is refused as ${found}${rule === null ? '' : ` by "${rule}"`}`;
        const covered = seen.reasons.has(keyOf(found === 'prohibited' ? null : purpose, found, rule));
        return { kind: 'reason', purpose, rule, what, covered };
      }),
    ],
    unknown: {
      seen: conditions.filter(({ id }) => seen.values.get(id)?.has('unknown')).length,
      total: conditions.length,
    },
  };
}

interface NamedCondition {
  readonly id: string;
  readonly purpose: PurposeId;
  readonly rule: string;
  readonly key: string;
}

/** Conditions by rule and key: kinds for which they read the same count once. */
function conditionsOf({ purpose, grants }: Policy): NamedCondition[] {
  const found = new Map<string, NamedCondition>();
  for (const { rule, conditions } of grants) {
    const open = [...conditions];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const id = keyOf(purpose, rule, next.key);
      found.set(id, { id, purpose, rule, key: next.key });
      open.push(...next.members);
    }
  }
  return [...found.values()];
}

function grantItems({ purpose, grants }: Policy, seen: ReadonlySet<string>): Covered[] {
  return grants.map(({ rule, source, recipient }) => ({
    kind: 'grant',
    purpose,
    rule,
    what: `is permitted by rule "${rule}" from ${source} to ${recipient}`,
    covered: seen.has(keyOf(purpose, rule, source, recipient)),
  }));
}

function conditionItems(
  { id, purpose, rule, key }: NamedCondition,
  seen: ReadonlyMap<string, ReadonlySet<ConditionValue>>,
): Covered[] {
  const values = seen.get(id) ?? new Set();
  return [
    { kind: 'condition', purpose, rule, what: `finds true: ${rule} ${key}`, covered: values.has('true') },
    { kind: 'condition', purpose, rule, what: `finds false: ${rule} ${key}`, covered: values.has('false') },
  ];
}

function whatWasSeen(played: readonly Played[]) {
  const grants = new Set<string>();
  const reasons = new Set<string>();
  const values = new Map<string, Set<ConditionValue>>();
  for (const { question, decision } of played) {
    const { purpose } = decision;
    const permitting = decision.outcome === 'permit' ? Object.values(decision.rules).flat() : [];
    for (const rule of permitting) grants.add(keyOf(purpose, rule, question.source.kind, question.recipient.kind));
    for (const reason of decision.refused.flatMap((refusal) => refusal.reasons)) {
      reasons.add(keyOf(reason.class === 'prohibited' ? null : purpose, reason.class, reason.rule));
    }
    for (const { rule, condition, value } of decision.conditions) {
      const id = keyOf(purpose, rule, condition);
      values.set(id, (values.get(id) ?? new Set()).add(value));
    }
  }
  return { grants, reasons, values };
}

function keyOf(...parts: readonly (string | null)[]): string {
  return JSON.stringify(parts);
}
