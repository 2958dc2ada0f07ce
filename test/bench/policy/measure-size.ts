import { isWrongVerdict, ourDifferences } from './against-oracle.ts';
import { benchQuestions } from './bench-questions.ts';
import { type BenchSet, benchSet } from './bench-set.ts';
import { casbinEngine } from './casbin-engine.ts';
import { caslByFlow, caslEngine } from './casl-engine.ts';
import { cedarByRule, cedarEngine, cedarText } from './cedar-engine.ts';
import { digested } from './digested.ts';
import { type LoadCost, loadCost, loadOurs } from './load-cost.ts';
import { type EngineFigures, type MeasureOptions, measureEngines } from './measure-engines.ts';
import { ourEngine } from './our-engine.ts';

export interface SizeFigures {
  readonly rules: number;
  readonly questions: number;
  /** Questions of which our whole answer differs from the oracle's: reasons and obligations too. */
  readonly ourDifferences: number;
  readonly engines: readonly EngineFigures[];
  readonly load: LoadCost;
}

export interface SizeOptions extends Pick<MeasureOptions, 'repetitions' | 'repetitionMs' | 'checkMs'> {
  readonly questions: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** All engines on one generated set and the same questions, in one process. */
export async function measureSize(rules: number, options: SizeOptions): Promise<SizeFigures> {
  const { seed, say } = options;
  say(`${rules} rules: drawing the set and ${options.questions} questions`);
  const drawn: BenchSet = benchSet(rules, seed);
  const questions = benchQuestions(drawn, options.questions, seed + 1);
  const others = digested(drawn.content, questions);
  say(`${rules} rules: loading`);
  const load = loadCost(drawn, cedarText(others), 3);
  const set = loadOurs(drawn);
  const engines = [
    ourEngine(set, questions),
    cedarEngine(others, `${rules} by field`),
    cedarByRule(others, `${rules} by rule`),
    caslEngine(others),
    caslByFlow(others),
    await casbinEngine(others),
  ];
  say(`${rules} rules: checking verdicts and measuring`);
  const isWrong = isWrongVerdict(drawn.content);
  return {
    rules,
    questions: questions.length,
    ourDifferences: ourDifferences(set, drawn.content, questions),
    engines: measureEngines(engines, { ...options, questions, isWrong }),
    load,
  };
}
