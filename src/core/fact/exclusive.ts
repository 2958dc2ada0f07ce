import type { Catalogue, FactType } from '../category/catalogue.ts';
import type { Fact } from './fact.ts';

/** Facts about other units that cannot stand beside a new one. */
export interface Displaced {
  /** Began earlier: they end where the new one begins. */
  readonly ended: readonly Fact[];
  /** Began with it or later: they were never so. */
  readonly corrected: readonly Fact[];
}

/**
 * What gives way to a new fact: of the roles of one exclusive group a person has one holder at a time,
 * and who speaks last is believed. A disputed fact stays as it is: only who attested it settles it.
 */
export function displacedBy(catalogue: Catalogue, standing: readonly Fact[], fact: Fact): Displaced {
  const type = catalogue.factTypes.get(fact.type);
  const groups = type === undefined ? new Set<string>() : groupsOf(type, fact);
  if (type === undefined || groups.size === 0) return { ended: [], corrected: [] };
  const rivals = standing.filter(
    (other) =>
      other.id !== fact.id &&
      other.type === fact.type &&
      other.unit !== fact.unit &&
      (other.state === 'attested' || other.state === 'ended') &&
      overlap(other, fact) &&
      [...groupsOf(type, other)].some((group) => groups.has(group)),
  );
  return {
    ended: rivals
      .filter((other) => other.from < fact.from)
      .map((other) => ({ ...other, until: fact.from, state: 'ended' })),
    corrected: rivals.filter((other) => other.from >= fact.from).map((other) => ({ ...other, state: 'corrected' })),
  };
}

function groupsOf(type: FactType, fact: Fact): ReadonlySet<string> {
  const groups = Object.entries(fact.attributes).map(
    ([attribute, word]) => type.words.get(attribute)?.get(word)?.exclusive,
  );
  return new Set(groups.filter((group): group is string => typeof group === 'string'));
}

function overlap(one: Fact, other: Fact): boolean {
  return (one.until === null || other.from < one.until) && (other.until === null || one.from < other.until);
}
