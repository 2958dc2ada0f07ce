import type { Instant } from '../brand.ts';
import { isInstant } from '../calendar.ts';
import type { Fact } from '../fact/fact.ts';
import { isFieldRestriction } from '../fact/restriction.ts';
import type { ConditionValue, Question, Side } from './decision.ts';
import { type FactPattern, fits } from './fact-pattern.ts';

/**
 * What a fact does at one moment.
 * - `stands`: attested, also when its end is known, and the moment lies in its period
 * - `counts`: attested, but the moment lies outside its period
 * - `disputed`: disputed, and the moment lies in its period
 * - `disputed-then`: disputed, but the moment lies outside its period
 * - `unreadable`: its period is none
 * - `corrected`: it never does anything, whatever its period
 */
export type Reading = 'stands' | 'counts' | 'disputed' | 'disputed-then' | 'unreadable' | 'corrected';

/** A fact as it reads now. What it makes of a condition is worked out once, for all that look at it. */
export class SeenFact {
  readonly fact: Fact;
  readonly reading: Reading;
  #inputs: Readonly<Record<string, string>> | null = null;
  #standing: Evaluation | null = null;

  constructor(fact: Fact, now: Instant) {
    this.fact = fact;
    this.reading = readingOf(fact, now);
  }

  /** As a condition records it. */
  get inputs(): Readonly<Record<string, string>> {
    this.#inputs ??= this.reading === 'unreadable' ? unreadable : dated(this.fact);
    return this.#inputs;
  }

  /** What it says of whether something stands. */
  get standing(): Evaluation {
    this.#standing ??= { value: standingValue[this.reading], inputs: this.inputs };
    return this.#standing;
  }
}

/** What conditions are evaluated on: the facts about this person as they read now, and who asks and holds. */
export interface Evidence {
  readonly facts: readonly SeenFact[];
  readonly source: Side;
  readonly recipient: Side;
  /** What the person for whom is asked is called; null: nobody said. */
  readonly userRole: string | null;
  readonly now: Instant;
}

export interface Evaluation {
  readonly value: ConditionValue;
  /** Dated to the day and not personal: what a replay needs, and no more. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Those of the members of `any` and `all`, in their order. */
  readonly members?: readonly Evaluation[];
}

/** Of a question what facts are read for. */
export type QuestionAbout = Pick<Question, 'snapshot' | 'source' | 'recipient' | 'userRole' | 'now'>;

/** Facts about anybody else are nobody's evidence; an unknown person has none. What freezes one field is no condition. */
export function evidenceOf({ snapshot, source, recipient, userRole, now }: QuestionAbout): Evidence {
  const { subject, facts } = snapshot;
  const seen: SeenFact[] = [];
  if (subject !== null) {
    // By index here and in all that follows for each question: an iterator is one more thing to make.
    for (let index = 0; index < facts.length; index++) {
      const fact = facts[index];
      if (fact?.subject === subject.id && !isFieldRestriction(fact)) seen.push(new SeenFact(fact, now));
    }
  }
  return { facts: seen, source, recipient, userRole, now };
}

function readingOf(fact: Fact, now: Instant): Reading {
  if (fact.state === 'corrected') return 'corrected';
  const { from, until } = fact;
  if (!isInstant(from) || (until !== null && !(isInstant(until) && from < until))) return 'unreadable';
  const inPeriod = from <= now && (until === null || now < until);
  if (fact.state === 'disputed') return inPeriod ? 'disputed' : 'disputed-then';
  return inPeriod ? 'stands' : 'counts';
}

/**
 * Whether one of the matching facts stands now. A fact that is disputed or cannot be read makes the
 * answer unknown, unless another one settles it; no fact at all is false.
 *
 * INVARIANT: ending or disputing a fact never turns the answer into true.
 */
export function standing(evidence: Evidence, pattern: FactPattern): Evaluation {
  const { facts } = evidence;
  let best: SeenFact | null = null;
  for (let index = 0; index < facts.length; index++) {
    const seen = facts[index];
    if (seen === undefined || seen.reading === 'corrected' || !fits(seen.fact, pattern, evidence)) continue;
    if (best === null || tellsMore(seen, best)) best = seen;
  }
  return best === null ? noFact : best.standing;
}

/** Nothing on record says anything. */
export const noFact: Evaluation = Object.freeze({ value: 'false', inputs: Object.freeze({}) });
/** A condition that broke. */
export const broken: Evaluation = Object.freeze({ value: 'unknown', inputs: Object.freeze({ state: 'failed' }) });
const unreadable = Object.freeze({ state: 'unreadable' });

const standingValue: Readonly<Record<Reading, ConditionValue>> = {
  stands: 'true',
  disputed: 'unknown',
  unreadable: 'unknown',
  counts: 'false',
  'disputed-then': 'false',
  corrected: 'false',
};

const rank: Readonly<Record<Reading, number>> = {
  stands: 5,
  disputed: 4,
  unreadable: 3,
  counts: 2,
  'disputed-then': 2,
  corrected: 0,
};

/** Of facts that say the same, the one that began last is named, so that the order on record does not matter. */
export function tellsMore(a: SeenFact, b: SeenFact): boolean {
  if (rank[a.reading] !== rank[b.reading]) return rank[a.reading] > rank[b.reading];
  if (a.fact.from !== b.fact.from) return a.fact.from > b.fact.from;
  return a.fact.id < b.fact.id;
}

function dated(fact: Fact): Readonly<Record<string, string>> {
  return {
    ...fact.attributes,
    state: fact.state,
    from: fact.from.slice(0, 10),
    until: fact.until === null ? 'open' : fact.until.slice(0, 10),
  };
}
