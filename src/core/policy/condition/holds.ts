import type { Compiled, ConditionScope, FormOf } from '../condition.ts';
import { standing } from '../evidence.ts';
import { matching } from './matching.ts';

/** `holds`: a fact of this type stands, with these words, and about that side where it is about a unit. */
export function holds(form: FormOf<'holds'>, scope: ConditionScope): Compiled {
  const { type, is, about } = typeof form === 'string' ? { type: form, is: undefined, about: undefined } : form;
  const which = matching(type, is, scope);
  const unit = scope.catalogue.factTypes.get(type)?.unit;
  if (unit === 'required' && about === undefined)
    scope.problems.add(scope.path, `${type} is about a unit: say about which side (about)`);
  if (unit === 'none' && about !== undefined) scope.problems.add(scope.path, `${type} is not about a unit`);
  const [nl, en] =
    about === undefined ? ['', ''] : [` over de ${about === 'source' ? 'bron' : 'ontvanger'}`, ` about the ${about}`];
  return {
    key: `holds(${which.key}${about === undefined ? '' : `, about: ${about}`})`,
    label: { nl: `vastgesteld is${nl}: ${which.label.nl}`, en: `on record is${en}: ${which.label.en}` },
    evaluate: (evidence) =>
      standing(evidence, (fact) => which.matches(fact) && (about === undefined || fact.unit === evidence[about].unit)),
  };
}
