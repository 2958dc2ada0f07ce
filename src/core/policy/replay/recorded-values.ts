import type { Instant } from '../../brand.ts';
import type { Condition } from '../condition.ts';
import type { ConditionValue } from '../decision.ts';
import type { RecordedCondition } from './recorded-decision.ts';
import { trueByFact } from './true-by-fact.ts';

/** `unrecorded`: nothing on record tells whether it was true. */
export type ReplayedValue = ConditionValue | 'unrecorded';

/** From what cannot be true to what is. */
const order: readonly ReplayedValue[] = ['false', 'unknown', 'unrecorded', 'true'];

/** As `all`: what the least of them is. True where there are none. */
export function least(values: Iterable<ReplayedValue>): ReplayedValue {
  let worst = order.length - 1;
  for (const value of values) worst = Math.min(worst, order.indexOf(value));
  return order[worst] ?? 'unrecorded';
}

/** As `any`: what the most of them is. False where there are none. */
export function most(values: Iterable<ReplayedValue>): ReplayedValue {
  let best = 0;
  for (const value of values) best = Math.max(best, order.indexOf(value));
  return order[best] ?? 'unrecorded';
}

/** What the record of another condition can say of one that was not recorded. */
export interface Derivation {
  /** Key of the condition on record. */
  readonly from: string;
  /** True where that one is. */
  readonly up: boolean;
  /** Not true where that one is not. */
  readonly down: boolean;
  /** True where the fact that it recorded makes it so. */
  readonly fact: boolean;
  /** Not true where that one found no fact at all. */
  readonly absent: boolean;
}

export type Records = ReadonlyMap<string, RecordedCondition>;

/** A condition that failed was not read: its record says nothing of any other. */
export function isRead({ inputs }: RecordedCondition): boolean {
  return inputs.state !== 'failed';
}

/** The value of a condition from what was recorded, of it or of its members; and what was missed. */
export class RecordedValues {
  /** Keys that were asked for and that nothing on record tells of. */
  readonly missing = new Set<string>();
  /** Whether it was decided under the old set of the two that are compared. */
  readonly underBefore: boolean;
  readonly #records: Records;
  readonly #now: Instant;
  readonly #derivations: (condition: Condition) => readonly Derivation[];
  readonly #isTrusted: (condition: Condition) => boolean;

  constructor(
    decision: { readonly records: Records; readonly now: Instant; readonly underBefore: boolean },
    derivations: (condition: Condition) => readonly Derivation[],
    isTrusted: (condition: Condition) => boolean,
  ) {
    this.#records = decision.records;
    this.#now = decision.now;
    this.underBefore = decision.underBefore;
    this.#derivations = derivations;
    this.#isTrusted = isTrusted;
  }

  of(condition: Condition): ReplayedValue {
    const { key, members, form } = condition;
    const trusted = this.#isTrusted(condition);
    const own = trusted ? this.#records.get(key) : undefined;
    if (own !== undefined) return own.value;
    const derived = trusted ? this.#derived(condition) : 'unrecorded';
    if (derived !== 'unrecorded') return derived;
    if (members.length > 0) {
      const values = members.map((member) => this.of(member));
      return form.any === undefined ? least(values) : most(values);
    }
    this.missing.add(key);
    return 'unrecorded';
  }

  /** What follows from the records of other conditions. */
  #derived(condition: Condition): ReplayedValue {
    for (const { from, up, down, fact, absent } of this.#derivations(condition)) {
      const record = this.#records.get(from);
      if (record === undefined || !isRead(record)) continue;
      const { value, inputs } = record;
      if (up && value === 'true') return value;
      if (down && value !== 'true') return value;
      if (absent && value === 'false' && Object.keys(inputs).length === 0) return value;
      if (fact && trueByFact(condition.form, record, this.#now)) return 'true';
    }
    return 'unrecorded';
  }

  /** The record of something that is no condition of a rule: a restriction, a consent. */
  recorded(key: string): RecordedCondition | null {
    return this.#records.get(key) ?? null;
  }
}
