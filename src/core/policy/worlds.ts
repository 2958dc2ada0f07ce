import type { Instant } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import type { ConsentKind } from '../consent/consent.ts';
import type { Fact } from '../fact/fact.ts';
import { restrictionType } from '../fact/restriction.ts';
import { involvement } from './condition/involved.ts';
import { type Condition, involvementType } from './condition.ts';
import { standing } from './evidence.ts';
import { type Component, type State, type Surroundings, statesOf } from './worlds/component.ts';
import { nows } from './worlds/moments.ts';
import { leavesOf, type Reading, readingsOf } from './worlds/reading.ts';
import type { Probe } from './worlds/traces.ts';
import type { Kinds, World } from './worlds/world.ts';

/** More worlds than this are not tried; whoever asked must say so, never take it for a yes. */
export const mostWorlds = 200_000;

export interface WorldsAsked {
  readonly kinds: Kinds;
  /** Usually one; those of two sets, where they are compared. */
  readonly catalogues: readonly Catalogue[];
  /** Of one or more grants, and of `unless` of prohibitions. */
  readonly conditions: readonly Condition[];
  /** Those of `conditions` without which a world is of no use. */
  readonly needed?: readonly Condition[];
  /** Whether unknown is told from false, and whether the recipient is involved and a restriction freezes is asked too. */
  readonly reasons: boolean;
  readonly consents: readonly ConsentKind[];
}

/**
 * Worlds that show every combination of values that these conditions can have, in every combination
 * with whom is asked for and which kinds of consent were given. Null: there are more than `mostWorlds`.
 *
 * Exact for facts as the catalogue lets them be attested. Values are read from the conditions
 * themselves, so that there is no second meaning of them here.
 */
export function worldsOf(asked: WorldsAsked): Iterable<World> | null {
  const components = componentsOf(asked);
  const users = usersOf(asked);
  const consents = subsets(asked.consents);
  const surroundings: Surroundings = { ...asked, unknown: asked.reasons, limit: mostWorlds };
  const readings = components.flatMap(({ ends }) => ends.flatMap((end) => end.readings));
  const products: { readonly now: Instant; readonly states: readonly (readonly State[])[] }[] = [];
  let count = 0;
  for (const now of nows(readings)) {
    const states: (readonly State[])[] = [];
    for (const component of components) {
      const found = statesOf(component, now, surroundings);
      if (found === null) return null;
      states.push(found);
    }
    if (products.some((product) => covers(product.states, states))) continue;
    products.push({ now, states });
    count += states.reduce((size, { length }) => size * length, users.length * consents.length);
    if (count > mostWorlds) return null;
  }
  return { [Symbol.iterator]: () => walk(products, users, consents) };
}

function* walk(
  products: readonly { readonly now: Instant; readonly states: readonly (readonly State[])[] }[],
  users: readonly (string | null)[],
  consents: readonly (readonly ConsentKind[])[],
): Generator<World> {
  for (const { now, states } of products) {
    for (const facts of combined(states)) {
      for (const userRole of users) for (const given of consents) yield { now, facts, userRole, consents: given };
    }
  }
}

function* combined(states: readonly (readonly State[])[]): Generator<readonly Fact[]> {
  const [first, ...others] = states;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const facts of combined(others)) for (const state of first) yield [...state.facts, ...facts];
}

/** Whether another moment showed everything that this one shows. */
function covers(shown: readonly (readonly State[])[], states: readonly (readonly State[])[]): boolean {
  return states.every((found, index) => {
    const seen = new Set(shown[index]?.map((state) => state.seen));
    return found.every((state) => seen.has(state.seen));
  });
}

/** One component per type of fact: facts of one type say nothing to a condition about another. */
function componentsOf(asked: WorldsAsked): readonly Component[] {
  const ends = [...asked.conditions.flatMap(leavesOf).map(probeOf), ...(asked.reasons ? engineProbes : [])];
  const types = new Set(ends.flatMap((end) => end.readings.map(({ type }) => type)));
  const needed = asked.needed ?? [];
  return [...types].map((type) => ({
    type,
    ends: ends.filter((end) => end.readings.some((reading) => reading.type === type)),
    watched: [
      ...asked.conditions.flatMap((condition) => within(condition, type)),
      ...(asked.reasons ? engineProbes.filter((probe) => reads(probe, type)) : []),
    ],
    needed: needed.map((condition) => whole(condition)).filter((probe) => reads(probe, type)),
  }));
}

function probeOf(leaf: Condition): Probe {
  return { readings: readingsOf(leaf.form), evaluate: leaf.evaluate };
}

/** A condition with everything that its ends read; about the user, where they ask that. */
function whole(condition: Condition): Probe {
  return { readings: leavesOf(condition).flatMap(readsOf), evaluate: condition.evaluate };
}

const userReading: Reading = {
  type: '',
  about: 'anybody',
  is: {},
  starts: [],
  ends: [],
  byReference: false,
  byExclusion: false,
};

function readsOf(leaf: Condition): readonly Reading[] {
  return leaf.form.user === undefined ? readingsOf(leaf.form) : [userReading];
}

/** Whether it reads facts of this type and nothing else. */
function reads(probe: Probe, type: string): boolean {
  return probe.readings.every((reading) => reading.type === type);
}

/** The largest parts of a condition that facts of this type decide alone. */
function within(condition: Condition, type: string): readonly Probe[] {
  const probe = whole(condition);
  if (reads(probe, type)) return [probe];
  return condition.members.flatMap((member) => within(member, type));
}

/** What the engine asks by itself: whether the recipient is involved in any role, and whether anything freezes. */
const engineProbes: readonly Probe[] = [
  {
    readings: [{ ...userReading, type: involvementType, about: 'recipient' }],
    evaluate: (evidence) => involvement(evidence, evidence.recipient),
  },
  {
    readings: [{ ...userReading, type: restrictionType }],
    evaluate: (evidence) => standing(evidence, ({ type }) => type === restrictionType),
  },
];

/** Nobody, one of each sort of role that the conditions can tell apart, and somebody in none of them. */
function usersOf({ conditions }: WorldsAsked): readonly (string | null)[] {
  const asked = conditions
    .flatMap(leavesOf)
    .flatMap((leaf) => (leaf.form.user === undefined ? [] : [leaf.form.user.role]));
  if (asked.length === 0) return [null];
  const bySort = new Map<string, string>();
  for (const role of [...asked.flat(), otherRole]) {
    const sort = asked.map((roles) => roles.includes(role)).join();
    if (!bySort.has(sort)) bySort.set(sort, role);
  }
  return [null, ...bySort.values()];
}

const otherRole = 'somebody else';

function subsets<T>(all: readonly T[]): readonly (readonly T[])[] {
  return all.reduce<readonly (readonly T[])[]>((sofar, one) => sofar.flatMap((some) => [some, [...some, one]]), [[]]);
}
