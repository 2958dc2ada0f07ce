import type { Catalogue } from '../category/catalogue.ts';
import type { ConsentKind } from '../consent/consent.ts';
import { restrictionType } from '../fact/restriction.ts';
import { involvement } from './condition/involved.ts';
import { type Condition, involvementType } from './condition.ts';
import { standing } from './evidence.ts';
import {
  type Component,
  lookOf,
  type State,
  type Surroundings,
  stateOf,
  statesOf,
  type Watcher,
} from './worlds/component.ts';
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
  /**
   * Lists of conditions that are asked together: those of a grant, or of an exception. Of each list it
   * matters whether one is false and whether one is unknown, not which: a list of one tells it all.
   */
  readonly conjunctions: readonly (readonly Condition[])[];
  /** Conditions of these without which a world is of no use. */
  readonly needed?: readonly Condition[];
  /** Whether unknown is told from false, and whether the recipient is involved and a restriction freezes is asked too. */
  readonly reasons: boolean;
  readonly consents: readonly ConsentKind[];
}

/**
 * Worlds that show every combination of what these lists of conditions can be, in every combination
 * with whom is asked for and which kinds of consent were given. Null: there are more than `mostWorlds`.
 *
 * Exact for facts as the catalogue lets them be attested. Values are read from the conditions
 * themselves, so that there is no second meaning of them here.
 */
export function worldsOf(asked: WorldsAsked): readonly World[] | null {
  const components = componentsOf(asked);
  const users = usersOf(asked);
  const consents = subsets(asked.consents);
  const { conjunctions, reasons } = asked;
  const surroundings: Surroundings = {
    ...asked,
    conjunctions: conjunctions.length,
    unknown: reasons,
    limit: mostWorlds,
  };
  const looks = new Set<string>();
  const found: World[] = [];
  for (const now of nows(components.flatMap(({ ends }) => ends.flatMap((end) => end.readings)))) {
    const userStates = users.map((userRole) =>
      stateOf(watchersOf(conjunctions, userType), { now, facts: [], userRole }, surroundings),
    );
    const parts: (readonly State[])[] = [userStates];
    for (const component of components) {
      const states = statesOf(component, now, surroundings);
      if (states === null) return null;
      parts.push(states);
    }
    const together = combined(parts);
    if (together === null) return null;
    for (const state of together) {
      const look = lookOf(state);
      if (looks.has(look)) continue;
      looks.add(look);
      for (const given of consents) found.push({ now, facts: state.facts, userRole: state.userRole, consents: given });
    }
    if (found.length > mostWorlds) return null;
  }
  return found;
}

/** One state of the whole for each that can be told from the others; null: too many to put together. */
function combined(parts: readonly (readonly State[])[]): readonly State[] | null {
  let sofar: readonly State[] = [{ harm: [], shown: '', facts: [], userRole: null }];
  for (const part of parts) {
    if (sofar.length * part.length > mostWorlds) return null;
    const next = new Map<string, State>();
    for (const one of sofar) {
      for (const other of part) {
        const state = {
          harm: other.harm.map((harm, index) => harm | (one.harm[index] ?? 0)),
          shown: `${one.shown};${other.shown}`,
          facts: [...one.facts, ...other.facts],
          userRole: one.userRole ?? other.userRole,
        };
        const look = lookOf(state);
        const known = next.get(look);
        if (known === undefined || state.facts.length < known.facts.length) next.set(look, state);
      }
    }
    sofar = [...next.values()];
  }
  return sofar;
}

/** One component per type of fact: facts of one type say nothing to a condition about another. */
function componentsOf(asked: WorldsAsked): readonly Component[] {
  const ends = [...asked.conjunctions.flat().flatMap(leavesOf).map(probeOf), ...(asked.reasons ? engineProbes : [])];
  const types = new Set(ends.flatMap((end) => end.readings.map(({ type }) => type)));
  const needed = (asked.needed ?? []).map(whole);
  return [...types].map((type) => ({
    type,
    ends: ends.filter((end) => end.readings.some((reading) => reading.type === type)),
    watchers: [
      ...watchersOf(asked.conjunctions, type),
      ...(asked.reasons ? engineProbes.filter((probe) => reads(probe, type)) : []).map((probe) => ({
        ...probe,
        conjunction: null,
      })),
    ],
    needed: needed.filter((probe) => reads(probe, type)),
  }));
}

function watchersOf(conjunctions: WorldsAsked['conjunctions'], type: string): readonly Watcher[] {
  return conjunctions.flatMap((conditions, conjunction) =>
    conditions.flatMap((condition): readonly Watcher[] => {
      const probe = whole(condition);
      if (reads(probe, type)) return [{ ...probe, conjunction }];
      return within(condition, type).map((part) => ({ ...part, conjunction: null }));
    }),
  );
}

function probeOf(leaf: Condition): Probe {
  return { readings: readingsOf(leaf.form), evaluate: leaf.evaluate };
}

/** A condition with everything that its ends read; about the user, where they ask that. */
function whole(condition: Condition): Probe {
  return { readings: leavesOf(condition).flatMap(readsOf), evaluate: condition.evaluate };
}

/** Stands in for a type of fact where the user is meant. */
const userType = '';
const userReading: Reading = {
  type: userType,
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
function usersOf({ conjunctions }: WorldsAsked): readonly (string | null)[] {
  const asked = conjunctions
    .flat()
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
