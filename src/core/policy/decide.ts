import { type FieldId, mint } from '../brand.ts';
import type { Cell } from './cell.ts';
import { cellFor } from './cells.ts';
import { conditionRecords } from './condition-records.ts';
import type { Decision, FieldRefusal, Permit, Question, RefusalClass } from './decision.ts';
import type { FieldPlan } from './field-plan.ts';
import { Judgement } from './judgement.ts';
import type { PolicySet } from './policy-set.ts';
import { firstOf } from './refusal-class.ts';

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
  const { judgement, refused, permitted, rules } = answer;
  const { purpose, now: decidedAt, snapshot } = question;
  const policyVersion = cell.policy?.version ?? null;
  const policySet = set.digest;
  const { law, regimes } = cell;
  const conditions = judgement === null ? [] : conditionRecords(cell, judgement);
  const epoch = snapshot.subject?.epoch ?? null;
  const obligations = judgement === null ? null : cell.obligationsOf(judgement.permitting());
  // Each is written out: an object that is copied from another costs as much as the judgement of a field.
  if (judgement === null || obligations === null || rules === null) {
    const outcome = 'refusal';
    const reason = answer.class;
    return {
      purpose,
      policyVersion,
      policySet,
      law,
      regimes,
      conditions,
      refused,
      decidedAt,
      epoch,
      outcome,
      class: reason,
    };
  }
  return mint<Permit>({
    purpose,
    policyVersion,
    policySet,
    law,
    regimes,
    conditions,
    refused,
    decidedAt,
    epoch,
    outcome: 'permit',
    permitted,
    rules,
    obligations,
    consents: judgement.consentsUsed(),
  });
}

interface Answer {
  readonly permitted: FieldId[];
  /** Field → ids of all rules that permit it. */
  rules: Record<string, readonly string[]> | null;
  readonly refused: FieldRefusal[];
  /** Of the refusals so far. */
  class: RefusalClass;
  /** Whether grants may speak at all: the policy answers this trigger. */
  readonly open: boolean;
  /** Made for the first field on which a grant speaks: what no grant names needs no look at the person. */
  judgement: Judgement | null;
}

/** One pass over what was asked: what was asked twice is answered once. */
function answerFields(cell: Cell, question: Question): Answer {
  const open = cell.answers(question.trigger);
  const answer: Answer = { permitted: [], rules: null, refused: [], class: 'not-permitted', open, judgement: null };
  const seen = cell.noBits();
  for (const field of question.fields) {
    const known = cell.knownPlan(field);
    if (known === null || known.number === null) {
      if (!isAnswered(answer, field)) answerField(answer, cell.planOf(field), cell, question);
      continue;
    }
    const word = known.number >>> 5;
    const bit = 1 << (known.number & 31);
    if (((seen[word] ?? 0) & bit) !== 0) continue;
    seen[word] = (seen[word] ?? 0) | bit;
    answerField(answer, known, cell, question);
  }
  return answer;
}

/**
 * Without a prototype it is a table from the start. As an ordinary object it would get a shape of its own for each
 * choice of fields, and making those cost more than all of the judging.
 */
function noRules(): Record<string, readonly string[]> {
  return Object.create(null);
}

/** Of words that do not exist there is no bit; each was refused. */
function isAnswered({ refused }: Answer, field: FieldId): boolean {
  return refused.some((refusal) => refusal.field === field);
}

function answerField(answer: Answer, plan: FieldPlan, cell: Cell, question: Question): void {
  // INVARIANT: a prohibition beats every permit, also one that a faulty set let through at load.
  if (plan.prohibited !== null || !answer.open || plan.group === null) {
    const fixed = plan.prohibited ?? plan.closed;
    answer.refused.push(fixed.refusal);
    answer.class = firstOf(answer.class, fixed.class);
    return;
  }
  answer.judgement ??= new Judgement(cell, question);
  const { judgement } = answer;
  const verdict = judgement.restricted.has(plan.field)
    ? judgement.frozen(plan.group)
    : judgement.verdictOf(plan.group, plan.plain);
  if (!verdict.permits) {
    answer.refused.push({ field: plan.field, reasons: verdict.reasons });
    answer.class = firstOf(answer.class, verdict.class);
    return;
  }
  answer.permitted.push(plan.field);
  answer.rules ??= noRules();
  answer.rules[plan.field] = verdict.rules;
}
