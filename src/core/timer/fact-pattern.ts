import type { Fact } from '../fact/fact.ts';

/** Which facts something speaks of: a type, and of each attribute named one of these words. */
export interface FactPattern {
  readonly type: string;
  readonly is: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Whether a fact is of the pattern and counts: a disputed or corrected one starts and stops nothing. */
export function counts(pattern: FactPattern, fact: Fact): boolean {
  return (
    fact.type === pattern.type &&
    (fact.state === 'attested' || fact.state === 'ended') &&
    [...pattern.is].every(
      ([attribute, words]) => Object.hasOwn(fact.attributes, attribute) && words.has(fact.attributes[attribute] ?? ''),
    )
  );
}
