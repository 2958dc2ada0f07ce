import type { Instant } from '../../brand.ts';
import type { Catalogue } from '../../category/catalogue.ts';
import type { Fact } from '../../fact/fact.ts';
import type { ConditionValue } from '../decision.ts';
import { candidates } from './candidates.ts';
import { type Probe, tracesOf } from './traces.ts';
import { evidenceIn, type Kinds, type World } from './world.ts';

/** Somebody who looks at a component: a condition, or a part of one that other components decide with it. */
export interface Watcher {
  readonly evaluate: Probe['evaluate'];
  /** The conjunction that it is a member of as a whole; null: its value itself matters. */
  readonly conjunction: number | null;
}

/** What stands at the end of a condition, under the key by which it is known. */
export interface End extends Probe {
  readonly key: string;
}

export interface Surroundings {
  readonly catalogues: readonly Catalogue[];
  readonly kinds: Kinds;
  /** Whether to tell unknown from false, and to ask for what makes it so. */
  readonly unknown: boolean;
  /** How many conjunctions of conditions there are. */
  readonly conjunctions: number;
  /** More states than this are too many to look at. */
  readonly limit: number;
}

/** One way in which part of a world can be, as far as anybody who looks can tell. */
export interface State {
  /** For each conjunction whether one of its members is false (1), or unknown (2); both are 3. */
  readonly harm: readonly number[];
  /** Values of what is not a member of a conjunction. */
  readonly shown: string;
  readonly facts: readonly Fact[];
  readonly userRole: string | null;
}

const harms: Readonly<Record<ConditionValue, number>> = { true: 0, false: 1, unknown: 2 };

/** What watchers see of a part of a world. */
export function stateOf(
  watchers: readonly Watcher[],
  part: Pick<World, 'facts' | 'userRole' | 'now'>,
  { kinds, unknown, conjunctions }: Surroundings,
): State {
  const evidence = evidenceIn(part, kinds);
  const harm = Array.from({ length: conjunctions }, () => 0);
  const shown: string[] = [];
  for (const { conjunction, evaluate } of watchers) {
    const { value } = evaluate(evidence);
    const told = unknown || value === 'true' ? value : 'false';
    if (conjunction === null) shown.push(told);
    else harm[conjunction] = (harm[conjunction] ?? 0) | harms[told];
  }
  return { harm, shown: shown.join(), facts: part.facts, userRole: part.userRole };
}

/** Equal for states between which nobody who looks can tell. */
export function lookOf({ harm, shown }: State): string {
  return `${harm.join('')} ${shown}`;
}

/** Facts that are looked at together: each can leave a trace on an end on which another of them can. */
export interface Component {
  /** Keys of the ends that these facts decide. */
  readonly keys: ReadonlySet<string>;
  /** Sets of facts, one for each combination of traces that facts can leave on them. */
  readonly sets: readonly (readonly Fact[])[];
}

/** States in which all of `needed` is true, one of each look. */
export function statesOf(
  { sets }: Component,
  watchers: readonly Watcher[],
  needed: readonly Pick<Probe, 'evaluate'>[],
  now: Instant,
  surroundings: Surroundings,
): readonly State[] {
  const states = new Map<string, State>();
  for (const facts of sets) {
    const part = { facts, now, userRole: null };
    const evidence = evidenceIn(part, surroundings.kinds);
    if (needed.some((probe) => probe.evaluate(evidence).value !== 'true')) continue;
    const state = stateOf(watchers, part, surroundings);
    const look = lookOf(state);
    const known = states.get(look);
    if (known === undefined || facts.length < known.facts.length) states.set(look, state);
  }
  return [...states.values()];
}

/** A set of facts and the traces that it leaves, each 0 (false), 1 (unknown) or 2 (true). */
interface Sketch {
  readonly traces: string;
  readonly facts: readonly Fact[];
}

/** Facts looked at, times what looks at them; and joins of two sets. More is too many, for loading a set must end. */
const mostLooks = 500_000;
const mostJoins = 1_000_000;

const strength: Readonly<Record<ConditionValue, string>> = { false: '0', unknown: '1', true: '2' };

/** The facts of one type at a moment, apart where they have nothing to do with each other; null: too many. */
export function componentsOf(
  type: string,
  ends: readonly End[],
  now: Instant,
  surroundings: Surroundings,
): readonly Component[] | null {
  const { catalogues, kinds } = surroundings;
  const traces = ends.flatMap((end) =>
    catalogues.flatMap((catalogue) => tracesOf(end, type, catalogue).map((trace) => ({ key: end.key, trace }))),
  );
  const readings = ends.flatMap((end) => end.readings.filter((reading) => reading.type === type));
  const facts = candidates({ ...surroundings, type, readings, now });
  if (facts.length * traces.length > mostLooks) return null;
  const singles = new Map<string, Sketch>();
  for (const fact of facts) {
    const evidence = evidenceIn({ facts: [fact], now, userRole: null }, kinds);
    const left = traces.map(({ trace }) => strength[trace(evidence)]).join('');
    if (/[12]/.test(left) && !singles.has(left)) singles.set(left, { traces: left, facts: [fact] });
  }
  const keysOf = ({ traces: left }: Sketch): string[] =>
    traces.flatMap(({ key }, index) => (left[index] === '0' ? [] : [key]));
  const groups = together(
    ends.map(({ key }) => key),
    [...singles.values()].map(keysOf),
  );
  const found: Component[] = [];
  for (const keys of groups) {
    const own = [...singles.values()].filter((single) => keysOf(single).some((key) => keys.has(key)));
    const sets = gather(own, traces.length, surroundings.limit);
    if (sets === null) return null;
    found.push({ keys, sets });
  }
  return found;
}

/** The keys in groups, so that keys of one list are in one group. */
function together(keys: readonly string[], lists: readonly (readonly string[])[]): readonly ReadonlySet<string>[] {
  let groups: readonly ReadonlySet<string>[] = [...new Set(keys)].map((key) => new Set([key]));
  for (const list of lists) {
    const met = groups.filter((group) => list.some((key) => group.has(key)));
    if (met.length < 2) continue;
    groups = [...groups.filter((group) => !met.includes(group)), new Set(met.flatMap((group) => [...group]))];
  }
  return groups;
}

/**
 * What facts leave together is what the strongest of them leaves, so that every combination comes
 * from joining single facts.
 */
function gather(singles: readonly Sketch[], traces: number, limit: number): readonly (readonly Fact[])[] | null {
  const empty: Sketch = { traces: '0'.repeat(traces), facts: [] };
  const found = new Map([[empty.traces, empty]]);
  let joins = 0;
  for (const one of singles) {
    joins += found.size;
    if (joins > mostJoins || found.size > limit) return null;
    for (const known of [...found.values()]) {
      const joined = join(known, one);
      if (!found.has(joined.traces)) found.set(joined.traces, joined);
    }
  }
  return [...found.values()].map(({ facts }) => facts);
}

function join(a: Sketch, b: Sketch): Sketch {
  const stronger = [...a.traces].map((trace, index) => (trace > (b.traces[index] ?? '') ? trace : b.traces[index]));
  return { traces: stronger.join(''), facts: [...a.facts, ...b.facts] };
}
