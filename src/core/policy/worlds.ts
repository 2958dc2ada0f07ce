import type { Instant } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import type { ConsentKind } from '../consent/consent.ts';
import { restrictionType } from '../fact/restriction.ts';
import { involvement } from './condition/involved.ts';
import { type Condition, involvementType } from './condition.ts';
import { restrictionIn } from './restriction-in.ts';
import {
  componentsOf,
  type End,
  lookOf,
  type State,
  type Surroundings,
  stateOf,
  statesOf,
  type Watcher,
} from './worlds/component.ts';
import { nows } from './worlds/moments.ts';
import { anyFact, leavesOf, readingsOf } from './worlds/reading.ts';
import type { Kinds, World } from './worlds/world.ts';

/** More worlds than this are not tried; whoever asked must say so, never take it for a yes. */
const mostWorlds = 200_000;

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
  const { conjunctions, reasons } = asked;
  const users = usersOf(asked);
  const consents = subsets(asked.consents);
  const ends = endsOf(asked);
  const surroundings: Surroundings = {
    ...asked,
    conjunctions: conjunctions.length,
    unknown: reasons,
    limit: mostWorlds,
  };
  const looks = new Set<string>();
  const found: World[] = [];
  for (const now of nows(ends.flatMap((end) => end.readings))) {
    const parts = partsOf(asked, ends, users, now, surroundings);
    const together = parts === null ? null : combined(parts);
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

/** The states of everything that is independent of the rest: who is asked for, and each component of facts. */
function partsOf(
  asked: WorldsAsked,
  ends: readonly End[],
  users: readonly (string | null)[],
  now: Instant,
  surroundings: Surroundings,
): readonly (readonly State[])[] | null {
  const { conjunctions, needed = [] } = asked;
  const userKeys = new Set(leavesIn(conjunctions).flatMap(({ key, form }) => (form.user === undefined ? [] : [key])));
  const userWatchers = watchersOf(asked, userKeys);
  const parts: (readonly State[])[] = [
    users.map((userRole) => stateOf(userWatchers, { now, facts: [], userRole }, surroundings)),
  ];
  for (const type of new Set(ends.flatMap((end) => end.readings.map((reading) => reading.type)))) {
    const own = ends.filter((end) => end.readings.some((reading) => reading.type === type));
    const components = componentsOf(type, own, now, surroundings);
    if (components === null) return null;
    for (const component of components) {
      const must = needed.filter((condition) => isWithin(condition, component.keys));
      parts.push(statesOf(component, watchersOf(asked, component.keys), must, now, surroundings));
    }
  }
  return parts;
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

function leavesIn(conjunctions: WorldsAsked['conjunctions']): readonly Condition[] {
  return conjunctions.flat().flatMap(leavesOf);
}

/** Everything that reads facts. Under one catalogue a condition is its key, and is not looked through twice. */
function endsOf({ conjunctions, catalogues, reasons }: WorldsAsked): readonly End[] {
  const leaves = leavesIn(conjunctions);
  const different = catalogues.length > 1 ? leaves : [...new Map(leaves.map((leaf) => [leaf.key, leaf])).values()];
  return [
    ...different.map(({ key, form, evaluate }) => ({ key, readings: readingsOf(form), evaluate })),
    ...(reasons ? engineEnds : []),
  ];
}

function watchersOf({ conjunctions, reasons }: WorldsAsked, keys: ReadonlySet<string>): readonly Watcher[] {
  return [
    ...conjunctions.flatMap((conditions, conjunction) =>
      conditions.flatMap((condition): readonly Watcher[] =>
        isWithin(condition, keys)
          ? [{ evaluate: condition.evaluate, conjunction }]
          : within(condition, keys).map(({ evaluate }) => ({ evaluate, conjunction: null })),
      ),
    ),
    ...(reasons ? engineEnds.filter(({ key }) => keys.has(key)) : []).map(({ evaluate }) => ({
      evaluate,
      conjunction: null,
    })),
  ];
}

/** Whether these ends alone decide it. */
function isWithin(condition: Condition, keys: ReadonlySet<string>): boolean {
  return leavesOf(condition).every(({ key }) => keys.has(key));
}

/** The largest parts of a condition that these ends alone decide. */
function within(condition: Condition, keys: ReadonlySet<string>): readonly Condition[] {
  return isWithin(condition, keys) ? [condition] : condition.members.flatMap((member) => within(member, keys));
}

/** What the engine asks by itself: whether the recipient is involved in any role, and whether anything freezes. */
const engineEnds: readonly End[] = [
  {
    key: 'the recipient is involved',
    readings: [anyFact(involvementType, 'recipient')],
    evaluate: involvement,
  },
  {
    key: 'a restriction freezes',
    readings: [anyFact(restrictionType, 'anybody')],
    evaluate: restrictionIn,
  },
];

/** Nobody, one of each sort of role that the conditions can tell apart, and somebody in none of them. */
function usersOf({ conjunctions }: WorldsAsked): readonly (string | null)[] {
  const asked = leavesIn(conjunctions).flatMap((leaf) => (leaf.form.user === undefined ? [] : [leaf.form.user.role]));
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
