import { type FieldId, mint } from '../brand.ts';
import type { Cell } from './cell.ts';
import { cellFor } from './cells.ts';
import { conditionRecords } from './condition-records.ts';
import type { Decision, FieldRefusal, Permit, Question, RefusalClass } from './decision.ts';
import type { FieldPlan } from './field-plan.ts';
import { Judgement } from './judgement.ts';
import type { PolicySet } from './policy-set.ts';
import { firstClass } from './refusal-class.ts';

/**
 * Whether this source may give these fields about this person to this recipient now, field by
 * field, with every rule that permits and every reason that refuses. Pure and synchronous; the
 * only minter of `Permit`. Anything absent, unknown or unreadable means no.
 *
 * `conditions` is for the ledger and for officers: it tells what is on record about the person.
 */
export function decide(set: PolicySet, question: Question): Decision {
  const cell = cellFor(set, question.purpose, question.source.kind, question.recipient.kind);
  const answer = answerFields(cell, question);
  const base = {
    purpose: question.purpose,
    policyVersion: cell.policy?.version ?? null,
    policySet: set.digest,
    law: cell.law,
    regimes: cell.regimes,
    conditions: answer.judgement === null ? [] : conditionRecords(cell, answer.judgement),
    refused: answer.refused,
    decidedAt: question.now,
    epoch: question.snapshot.subject?.epoch ?? null,
  };
  const { judgement } = answer;
  const obligations = judgement === null ? null : cell.obligationsOf(judgement.permitting());
  if (judgement === null || obligations === null)
    return { ...base, outcome: 'refusal', class: firstClass(answer.classes) };
  return mint<Permit>({
    ...base,
    outcome: 'permit',
    permitted: answer.permitted,
    rules: answer.rules,
    obligations,
    consents: judgement.consentsUsed(),
  });
}

interface Answer {
  readonly permitted: FieldId[];
  /** Field → ids of all rules that permit it. */
  readonly rules: Record<string, readonly string[]>;
  readonly refused: FieldRefusal[];
  readonly classes: Set<RefusalClass>;
  readonly judgement: Judgement | null;
}

/** One pass over what was asked: what was asked twice is answered once. */
function answerFields(cell: Cell, question: Question): Answer {
  const judgement = cell.answers(question.trigger) ? new Judgement(cell, question) : null;
  const answer: Answer = { permitted: [], rules: {}, refused: [], classes: new Set(), judgement };
  const seen: number[] = [];
  const strangers = new Set<FieldId>();
  for (const field of question.fields) {
    const known = cell.knownPlan(field);
    if (known === null) {
      if (!strangers.has(field)) answerField(answer, field, cell.planOf(field));
      strangers.add(field);
      continue;
    }
    const [word, bit] = [known.bit >>> 5, 1 << (known.bit & 31)];
    if (((seen[word] ?? 0) & bit) !== 0) continue;
    seen[word] = (seen[word] ?? 0) | bit;
    answerField(answer, field, known);
  }
  return answer;
}

function answerField(answer: Answer, field: FieldId, plan: FieldPlan): void {
  const { judgement } = answer;
  // INVARIANT: a prohibition beats every permit, also one that a faulty set let through at load.
  if (plan.prohibited !== null || judgement === null || plan.group === null) {
    const fixed = plan.prohibited ?? plan.closed;
    answer.refused.push(fixed.refusal);
    answer.classes.add(fixed.class);
    return;
  }
  const verdict = judgement.verdictOf(plan.group);
  if (!verdict.permits) {
    answer.refused.push({ field, reasons: verdict.reasons });
    answer.classes.add(verdict.class);
    return;
  }
  answer.permitted.push(field);
  answer.rules[field] = verdict.rules;
}
