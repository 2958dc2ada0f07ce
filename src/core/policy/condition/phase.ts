import type { Label } from '../../category/catalogue.ts';
import { type Compiled, type ConditionScope, type FormOf, wordsOf } from '../condition.ts';
import { standing } from '../evidence.ts';
import type { FactPattern } from '../fact-pattern.ts';

/** The fact that says in which phase a person is, and its attribute. */
export const phaseType = 'phase';
export const phaseWord = 'phase';

/** `phase: [word, …]`: the person is in one of these phases. */
export function phase(words: FormOf<'phase'>, scope: ConditionScope): Compiled {
  const known = wordsOf(scope.catalogue, phaseType, phaseWord);
  for (const [index, word] of words.entries()) scope.problems.known([...scope.path, index], 'phase', word, known);
  const or = (language: keyof Label): string[] => words.map((word) => known.get(word)?.label[language] ?? word);
  const pattern: FactPattern = {
    type: phaseType,
    about: null,
    narrowed: [{ attribute: phaseWord, words: [...words] }],
  };
  return {
    key: `phase(${words.join(' | ')})`,
    label: { nl: `de fase is ${or('nl').join(' of ')}`, en: `the phase is ${or('en').join(' or ')}` },
    evaluate: (evidence) => standing(evidence, pattern),
  };
}
