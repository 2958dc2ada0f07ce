import { type Json, listAt, Maker, type Making, type Mutant } from './mutant.ts';
import { ruleMutants } from './rule-mutants.ts';

/** A mutant of a policy; `rule` is the index of the rule that it changes, null where all are meant. */
export interface PolicyMutant extends Mutant {
  readonly rule: number | null;
}

/** Every mistake of the list in one written policy. */
export function policyMutants(content: Json, making: Making): readonly PolicyMutant[] {
  const whole = new Maker(content);
  whole.change('trigger', ['trigger'], ['pull', 'push', 'both']);
  const rules = listAt(content, ['rules']);
  if (rules.length > 1)
    for (const index of rules.keys()) whole.put('rule-drop', ['rules', index], undefined, 'drop the rule');
  return [
    ...whole.made.map((mutant) => ({ ...mutant, rule: null })),
    ...rules.flatMap((_, index) => {
      const maker = new Maker(content);
      ruleMutants(maker, ['rules', index], making);
      return maker.made.map((mutant) => ({ ...mutant, rule: index }));
    }),
  ];
}
