import type { Compiled, ConditionScope, FormOf } from '../condition.ts';
import { standing } from '../evidence.ts';
import { matching } from './matching.ts';

/** `holds`: a fact of this type stands, with these words, and about that side where it is about a unit. */
export function holds(form: FormOf<'holds'>, scope: ConditionScope): Compiled {
  const which = matching(typeof form === 'string' ? { type: form } : form, scope);
  return {
    key: `holds(${which.key})`,
    label: { nl: `vastgesteld is: ${which.label.nl}`, en: `on record is: ${which.label.en}` },
    evaluate: (evidence) => standing(evidence, which.pattern),
  };
}
