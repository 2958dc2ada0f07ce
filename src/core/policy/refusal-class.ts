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
  const [first] = reasons;
  if (reasons.length === 1 && first !== undefined) return first.class;
  let best = precedence.length - 1;
  for (const reason of reasons) best = Math.min(best, precedence.indexOf(reason.class));
  return precedence[best] ?? 'not-permitted';
}

/** The first of the classes by precedence; `not-permitted` where there is none. */
export function firstClass(classes: Iterable<RefusalClass>): RefusalClass {
  let best = precedence.length - 1;
  for (const word of classes) best = Math.min(best, precedence.indexOf(word));
  return precedence[best] ?? 'not-permitted';
}
