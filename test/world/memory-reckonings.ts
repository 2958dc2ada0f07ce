import type { SubjectId } from '../../src/core/brand.ts';
import type { Change } from '../../src/core/disclosure/change.ts';
import type { Reckonings } from '../../src/core/timer/reckon-anew.ts';

interface Reckoned {
  readonly epochs: () => ReadonlyMap<SubjectId, number>;
  readonly apply: (change: Change) => void;
}

/** As the database has it, where the set in force is whichever its caller says. */
export function memoryReckonings({ epochs, apply }: Reckoned): Reckonings {
  let reckoned: string | null = null;
  return {
    isDone: async (terms) => reckoned === terms,
    people: async (after, atMost) =>
      [...epochs().keys()]
        .filter((id) => after === null || id > after)
        .sort()
        .slice(0, atMost),
    async write({ subject }, changes) {
      if (epochs().get(subject.id) !== subject.epoch) return false;
      for (const change of changes) apply(change);
      return true;
    },
    async done(terms) {
      reckoned = terms;
    },
  };
}
