import type { Instant } from '../brand.ts';
import { type Fact, holdsAt } from '../fact/fact.ts';
import type { ConditionValue, Side, Snapshot } from './decision.ts';

/** What conditions are evaluated on: the facts about this person, and the two sides that ask and hold. */
export interface Evidence {
  readonly facts: readonly Fact[];
  readonly source: Side;
  readonly recipient: Side;
  readonly now: Instant;
}

export interface Evaluation {
  readonly value: ConditionValue;
  /** Dated to the day and not personal: what a replay needs, and no more. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Facts about anybody else are nobody's evidence; an unknown person has none. */
export function evidenceOf(snapshot: Snapshot, source: Side, recipient: Side, now: Instant): Evidence {
  const subject = snapshot.subject;
  const facts = subject === null ? [] : snapshot.facts.filter((fact) => fact.subject === subject.id);
  return { facts, source, recipient, now };
}

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function isReadable(fact: Fact): boolean {
  if (!instantForm.test(fact.from)) return false;
  return fact.until === null || (instantForm.test(fact.until) && fact.from < fact.until);
}

function inForce(fact: Fact, now: Instant): boolean {
  return fact.from <= now && (fact.until === null || now < fact.until);
}

/**
 * Whether one of the matching facts stands now. A fact that is disputed or cannot be read makes the
 * answer unknown, unless another one settles it; no fact at all is false.
 *
 * INVARIANT: ending or disputing a fact never turns the answer into true.
 */
export function standing(facts: readonly Fact[], now: Instant): Evaluation {
  const readable = facts.filter(isReadable);
  const held = readable.filter((fact) => holdsAt(fact, now)).sort(latestFirst)[0];
  if (held !== undefined) return { value: 'true', inputs: dated(held) };
  const disputed = readable.filter((fact) => fact.state === 'disputed' && inForce(fact, now)).sort(latestFirst)[0];
  if (disputed !== undefined) return { value: 'unknown', inputs: dated(disputed) };
  if (readable.length < facts.length) return { value: 'unknown', inputs: { state: 'unreadable' } };
  const past = [...readable].sort(latestFirst)[0];
  return { value: 'false', inputs: past === undefined ? {} : dated(past) };
}

function latestFirst(a: Fact, b: Fact): number {
  if (a.from !== b.from) return a.from < b.from ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}

function dated(fact: Fact): Record<string, string> {
  return {
    ...fact.attributes,
    state: fact.state,
    from: fact.from.slice(0, 10),
    until: fact.until === null ? 'open' : fact.until.slice(0, 10),
  };
}
