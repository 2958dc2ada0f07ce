import type { PolicyContent, RawPolicy, RawRule, RawSide } from './policy-content.ts';
import type { OracleQuestion } from './question.ts';

/** One rule for one pair of a source and a recipient. */
export interface OracleGrant {
  readonly policy: RawPolicy;
  readonly rule: RawRule;
  readonly source: RawSide;
  readonly recipient: RawSide;
}

/** Every grant of every policy: from × to, or each ordered pair of two different members of `among`. */
export function everyGrant(content: PolicyContent): OracleGrant[] {
  const grants: OracleGrant[] = [];
  for (const policy of content.policies) {
    for (const rule of policy.rules) {
      for (const source of rule.among ?? (rule.from === undefined ? [] : [rule.from])) {
        for (const recipient of rule.among ?? rule.to ?? []) {
          if (source !== recipient) grants.push({ policy, rule, source, recipient });
        }
      }
    }
  }
  return grants;
}

/** The grants that speak of this purpose, trigger, pair of kinds and field. */
export function grantsFor(question: OracleQuestion, field: string, content: PolicyContent): OracleGrant[] {
  return everyGrant(content).filter(
    ({ policy, rule, source, recipient }) =>
      policy.purpose === question.purpose &&
      (policy.trigger === 'both' || policy.trigger === question.trigger) &&
      source.kind === question.source.kind &&
      recipient.kind === question.recipient.kind &&
      rule.fields.includes(field),
  );
}
