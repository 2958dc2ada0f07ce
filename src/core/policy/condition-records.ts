import type { Consent } from '../consent/consent.ts';
import type { Cell } from './cell.ts';
import type { Condition } from './condition.ts';
import type { ConditionRecord } from './decision.ts';
import { broken, type Evaluation, noFact } from './evidence.ts';
import type { Judgement } from './judgement.ts';

/**
 * What every grant that was looked at rests on, for the ledger and for officers: it tells what is on
 * record about the person. Prohibitions that could be lifted stand under their own id.
 */
export function conditionRecords(cell: Cell, judgement: Judgement): readonly ConditionRecord[] {
  const records: ConditionRecord[] = [];
  const frozen = judgement.restriction;
  for (let place = 0; place < cell.grants.length; place++) {
    const plan = judgement.touched(place) ? cell.grants[place] : undefined;
    if (plan === undefined) continue;
    const { rule } = plan;
    for (let index = 0; index < plan.conditions.length; index++) {
      const at = plan.conditions[index] ?? 0;
      const evaluation = judgement.evaluation(at);
      const absent = plan.absent[index];
      if (absent === undefined || evaluation.members !== undefined || evaluation === broken)
        addRecord(records, rule, cell.conditions[at], evaluation);
      else if (evaluation === noFact) records.push(absent);
      else records.push({ rule, condition: absent.condition, value: evaluation.value, inputs: evaluation.inputs });
    }
    if (frozen === noFact) records.push(plan.unrestricted);
    else records.push({ rule, condition: 'unrestricted', value: notFrozen(frozen), inputs: frozen.inputs });
    if (plan.asks === null) continue;
    for (const sought of judgement.soughtBy(place))
      records.push(consentRecord(rule, cell.consents[sought]?.key ?? '', judgement.covering(sought)));
  }
  addRestricted(records, judgement.restricted);
  for (let place = 0; place < cell.prohibitions.length; place++) {
    const plan = judgement.weighed(place) ? cell.prohibitions[place] : undefined;
    if (plan === undefined) continue;
    for (const at of plan.conditions)
      addRecord(records, plan.prohibition.id, cell.conditions[at], judgement.evaluation(at));
  }
  return records;
}

/** Which fields the source restricted: no rule's own, so that it stands beside the first that was looked at. */
function addRestricted(records: ConditionRecord[], restricted: ReadonlySet<string>): void {
  const rule = records[0]?.rule;
  if (rule === undefined) return;
  for (const field of restricted) records.push({ rule, condition: restrictedKey(field), value: 'false', inputs: {} });
}

/** Under which key it is recorded that a field is restricted by its source. */
export function restrictedKey(field: string): string {
  return `unrestricted(${field})`;
}

function addRecord(
  records: ConditionRecord[],
  rule: string,
  condition: Condition | undefined,
  { value, inputs, members }: Evaluation,
): void {
  if (condition === undefined) return;
  records.push({ rule, condition: condition.key, value, inputs });
  // Where the whole broke its members have no values.
  for (let index = 0; index < condition.members.length; index++)
    addRecord(records, rule, condition.members[index], members?.[index] ?? broken);
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
