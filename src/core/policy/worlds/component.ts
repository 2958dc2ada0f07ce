import type { Instant } from '../../brand.ts';
import type { Catalogue } from '../../category/catalogue.ts';
import type { Fact } from '../../fact/fact.ts';
import type { ConditionValue } from '../decision.ts';
import { candidates } from './candidates.ts';
import { type Probe, tracesOf } from './traces.ts';
import { evidenceIn, type Kinds, type World } from './world.ts';

/** Somebody who looks at a component: a condition, or a part of one that other components decide with it. */
export interface Watcher extends Probe {
  /** The conjunction that it is a member of as a whole; null: its value itself matters. */
  readonly conjunction: number | null;
}

/** The facts of one type, and who looks at them. */
export interface Component {
  readonly type: string;
  /** Everything at the ends of conditions that reads facts of the type. */
  readonly ends: readonly Probe[];
  /** Of states that do the same to every conjunction and show the same values, one is kept. */
  readonly watchers: readonly Watcher[];
  /** Must be true: other states are of no use. */
  readonly needed: readonly Probe[];
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

/** Every state of the component at a moment; null when there are too many. */
export function statesOf(component: Component, now: Instant, surroundings: Surroundings): readonly State[] | null {
  const { kinds, limit } = surroundings;
  const sets = gather(component, now, surroundings);
  if (sets === null) return null;
  const states = new Map<string, State>();
  for (const facts of sets) {
    const part = { facts, now, userRole: null };
    if (component.needed.length > 0) {
      const evidence = evidenceIn(part, kinds);
      if (component.needed.some((probe) => probe.evaluate(evidence).value !== 'true')) continue;
    }
    const state = stateOf(component.watchers, part, surroundings);
    const look = lookOf(state);
    const known = states.get(look);
    if (known === undefined || facts.length < known.facts.length) states.set(look, state);
  }
  return states.size > limit ? null : [...states.values()];
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

/**
 * Sets of facts, one for each combination of traces that facts can leave. What facts leave together is
 * what the strongest of them leaves, so that every combination comes from joining single facts.
 */
function gather(
  { type, ends }: Component,
  now: Instant,
  surroundings: Surroundings,
): readonly (readonly Fact[])[] | null {
  const { catalogues, kinds, limit } = surroundings;
  const traces = catalogues.flatMap((catalogue) => ends.flatMap((end) => tracesOf(end, type, catalogue)));
  const sketch = (facts: readonly Fact[]): Sketch => {
    const evidence = evidenceIn({ facts, now, userRole: null }, kinds);
    return { facts, traces: traces.map((trace) => strength[trace(evidence)]).join('') };
  };
  const readings = ends.flatMap((end) => end.readings.filter((reading) => reading.type === type));
  const single = candidates({ ...surroundings, type, readings, now });
  if (single.length * traces.length > mostLooks) return null;
  const singles = new Map<string, Sketch>();
  for (const fact of single) {
    const sketched = sketch([fact]);
    if (!singles.has(sketched.traces)) singles.set(sketched.traces, sketched);
  }
  const empty = sketch([]);
  const found = new Map([[empty.traces, empty]]);
  let joins = 0;
  for (const one of singles.values()) {
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
