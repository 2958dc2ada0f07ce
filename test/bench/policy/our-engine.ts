import { decide } from '../../../src/core/policy/decide.ts';
import { engineQuestion } from '../../oracle/as-engine.ts';
import type { OracleQuestion } from '../../oracle/question.ts';
import type { EngineSet } from '../../oracle/random/loaded-set.ts';
import type { BenchEngine } from './bench-engine.ts';

/** Ours: each answer is the whole decision, with every reason, obligation, condition record and consent. */
export function ourEngine(set: EngineSet, questions: readonly OracleQuestion[]): BenchEngine {
  const asked = questions.map(engineQuestion);
  return {
    name: 'ours',
    permitted: (place) => {
      const question = asked[place];
      if (question === undefined) return [];
      const decision = decide(set, question);
      return decision.outcome === 'permit' ? decision.permitted : [];
    },
  };
}
