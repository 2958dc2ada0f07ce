import type { FieldId } from '../core/brand.ts';
import { decide } from '../core/policy/decide.ts';
import type { Decision, Obligations, Question } from '../core/policy/decision.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { caseQuestion } from './case-question.ts';
import type { CaseForm, CasesForm, ObligationsExpected } from './cases-file.ts';

export interface PlayedCase {
  readonly question: Question;
  readonly decision: Decision;
  /** What was expected and did not happen; empty when the case holds. */
  readonly differences: readonly string[];
}

/** Asks the engine what the case asks, and compares. Throws `RangeError` for a name the file does not define. */
export function playCase(set: PolicySet, form: CasesForm, testCase: CaseForm): PlayedCase {
  const question = caseQuestion(set, form, testCase);
  const decision = decide(set, question);
  return { question, decision, differences: differences(decision, testCase, question.fields) };
}

function differences(decision: Decision, { expect }: CaseForm, fields: readonly FieldId[]): string[] {
  const found: string[] = [];
  const compare = (what: string, wanted: string, got: string): void => {
    if (wanted !== got) found.push(`${what}: expected ${wanted || 'nothing'}, got ${got || 'nothing'}`);
  };
  const list = (words: readonly string[]): string => [...new Set(words)].sort().join(', ');
  const permit = decision.outcome === 'permit' ? decision : null;
  compare('verdict', expect.verdict, decision.outcome === 'permit' ? 'permit' : decision.class);
  const permitted = expect.permitted ?? (expect.verdict === 'permit' ? fields : []);
  compare('permitted', permitted.join(', '), (permit?.permitted ?? []).join(', '));
  if (expect.rules) compare('rules', list(expect.rules), list(Object.values(permit?.rules ?? {}).flat()));
  if (expect.reasons) {
    const reasons = decision.refused.flatMap((refusal) => refusal.reasons);
    compare(
      'reasons',
      list(expect.reasons),
      list(reasons.map((reason) => [reason.class, reason.rule].filter(Boolean).join(' '))),
    );
  }
  for (const [name, wanted, got] of obligationPairs(expect.obligations ?? {}, permit?.obligations ?? null)) {
    compare(name, wanted, got);
  }
  return found;
}

type Pair = readonly [name: string, wanted: string, got: string];

/** Only what the case names is compared; against a refusal every one of them differs. */
function obligationPairs(expected: ObligationsExpected, got: Obligations | null): Pair[] {
  const written: Readonly<Record<keyof ObligationsExpected, string>> | null = got && {
    retain: [got.retain.until, got.retain.plus].filter(Boolean).join(' + '),
    atLeast: got.retain.atLeast ?? 'none',
    inform: got.informSubject,
    informAfter: got.informAfter ?? 'none',
    approval: got.approval,
    approvers: got.approvers.join(', ') || 'anybody',
    seal: got.seal,
    destruction: got.destruction,
  };
  return Object.entries(expected).map(([name, wanted]) => {
    const text = typeof wanted === 'string' ? wanted : [...(wanted ?? [])].sort().join(', ') || 'anybody';
    return [name, text, written?.[name as keyof ObligationsExpected] ?? ''];
  });
}
