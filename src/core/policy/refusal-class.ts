import type { Reason, RefusalClass } from './decision.ts';

/**
 * Reasons that rest on the person come first, the least telling of them before the others: a field
 * that nobody may have does not reveal whether the next one could be had.
 */
const precedence: readonly RefusalClass[] = [
  'not-available',
  'undecidable',
  'condition-not-met',
  'prohibited',
  'not-permitted',
];

/** The class of a refusal with these reasons. */
export function classOf(reasons: readonly Reason[]): RefusalClass {
  const first = reasons[0];
  if (reasons.length === 1 && first !== undefined) return first.class;
  let best = precedence.length - 1;
  for (let index = 0; index < reasons.length; index++)
    best = Math.min(best, precedence.indexOf(reasons[index]?.class ?? 'not-available'));
  return precedence[best] ?? 'not-permitted';
}

/** The first of two classes by precedence. */
export function firstOf(one: RefusalClass, other: RefusalClass): RefusalClass {
  if (one === other) return one;
  return precedence.indexOf(other) < precedence.indexOf(one) ? other : one;
}
