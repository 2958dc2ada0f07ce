import { decide } from '../../../src/core/policy/decide.ts';
import { engineAnswer, engineQuestion } from '../../oracle/as-engine.ts';
import { differences, wrongVerdicts } from '../../oracle/compare.ts';
import type { PolicyContent } from '../../oracle/policy-content.ts';
import type { OracleQuestion } from '../../oracle/question.ts';
import type { EngineSet } from '../../oracle/random/loaded-set.ts';

/** The one policy that the question names: the oracle looks at all it is given, and no other can say anything. */
function about(question: OracleQuestion, content: PolicyContent): PolicyContent {
  return { ...content, policies: content.policies.filter(({ purpose }) => purpose === question.purpose) };
}

/** Whether other fields were permitted than the oracle permits. */
export function isWrongVerdict(content: PolicyContent) {
  return (question: OracleQuestion, permitted: readonly string[]): boolean =>
    wrongVerdicts(about(question, content), [question], () => permitted).length > 0;
}

/** Questions of which our whole answer, with rules, reasons and obligations, is not the oracle's. */
export function ourDifferences(set: EngineSet, content: PolicyContent, questions: readonly OracleQuestion[]): number {
  const answer = (question: OracleQuestion) => engineAnswer(decide(set, engineQuestion(question)));
  return questions.filter((question) => differences(about(question, content), [question], answer).length > 0).length;
}
