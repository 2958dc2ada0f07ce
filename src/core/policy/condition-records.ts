import type { Consent } from '../consent/consent.ts';
import type { Cell } from './cell.ts';
import type { Condition } from './condition.ts';
import type { ConditionRecord } from './decision.ts';
import type { Evaluation } from './evidence.ts';
import { consentKey, type Judgement } from './judgement.ts';

/**
 * What every grant that was looked at rests on, for the ledger and for officers: it tells what is on
 * record about the person. Prohibitions that could be lifted stand under their own id.
 */
export function conditionRecords(cell: Cell, judgement: Judgement): readonly ConditionRecord[] {
  const records: ConditionRecord[] = [];
  const frozen = judgement.restriction;
  for (const [place, plan] of cell.grants.entries()) {
    if (!judgement.touched(place)) continue;
    const { rule } = plan.grant;
    for (const [index, condition] of plan.grant.conditions.entries()) {
      addRecord(records, rule, condition, judgement.evaluation(plan.conditions[index] ?? 0));
    }
    records.push({ rule, condition: 'unrestricted', value: notFrozen(frozen), inputs: frozen.inputs });
    if (plan.asks === null) continue;
    for (const category of judgement.categoriesOf(place)) {
      const consent = judgement.covering(plan.asks, category);
      records.push(consentRecord(rule, consentKey(plan.asks, category), consent));
    }
  }
  for (const [place, { prohibition, conditions }] of cell.prohibitions.entries()) {
    if (!judgement.weighed(place)) continue;
    for (const [index, condition] of (prohibition.unless?.conditions ?? []).entries())
      addRecord(records, prohibition.id, condition, judgement.evaluation(conditions[index] ?? 0));
  }
  return records;
}

function addRecord(
  records: ConditionRecord[],
  rule: string,
  condition: Condition,
  { value, inputs, members }: Evaluation,
): void {
  records.push({ rule, condition: condition.key, value, inputs });
  for (const [index, member] of condition.members.entries())
    addRecord(records, rule, member, members?.[index] ?? { value: 'unknown', inputs: {} });
}

function notFrozen({ value }: Evaluation): ConditionRecord['value'] {
  if (value === 'unknown') return 'unknown';
  return value === 'true' ? 'false' : 'true';
}

function consentRecord(rule: string, condition: string, consent: Consent | null): ConditionRecord {
  if (consent === null) return { rule, condition, value: 'false', inputs: {} };
  const inputs = {
    given: (consent.decidedAt ?? '').slice(0, 10),
    until: consent.validUntil.slice(0, 10),
    notice: String(consent.noticeVersion),
    by: consent.decidedBy ?? '',
  };
  return { rule, condition, value: 'true', inputs };
}
