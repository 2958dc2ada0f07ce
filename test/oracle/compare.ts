import { isDeepStrictEqual } from 'node:util';
import { askOracle } from './oracle.ts';
import type { PolicyContent } from './policy-content.ts';
import type { OracleAnswer, OracleQuestion } from './question.ts';

interface Difference<Answer> {
  readonly question: OracleQuestion;
  readonly oracle: Answer;
  readonly engine: Answer;
}

/** Where an engine's whole answer, with rules, reasons and obligations, is not the oracle's. */
export function differences(
  content: PolicyContent,
  questions: readonly OracleQuestion[],
  answer: (question: OracleQuestion) => Omit<OracleAnswer, 'proofBroken'>,
): Difference<Omit<OracleAnswer, 'proofBroken'>>[] {
  return questions.flatMap((question) => {
    const { proofBroken: _, ...oracle } = askOracle(content, question);
    const engine = answer(question);
    return isDeepStrictEqual(engine, oracle) ? [] : [{ question, oracle, engine }];
  });
}

/**
 * Where an engine that can only say yes or no permits other fields than the oracle: for engines that know neither
 * reasons nor obligations. `permitted` returns the fields that the engine permits.
 */
export function wrongVerdicts(
  content: PolicyContent,
  questions: readonly OracleQuestion[],
  permitted: (question: OracleQuestion) => readonly string[],
): Difference<readonly string[]>[] {
  return questions.flatMap((question) => {
    const answers = Object.entries(askOracle(content, question).fields);
    const oracle = answers.filter(([, answer]) => answer.permitted).map(([field]) => field);
    const engine = [...permitted(question)];
    return isDeepStrictEqual(engine.toSorted(), oracle.toSorted()) ? [] : [{ question, oracle, engine }];
  });
}
