import type { Instant } from '../../brand.ts';
import type { Catalogue } from '../../category/catalogue.ts';
import type { Fact } from '../../fact/fact.ts';
import type { ConditionValue } from '../decision.ts';
import { candidates } from './candidates.ts';
import { type Probe, tracesOf } from './traces.ts';
import { evidenceIn, type Kinds } from './world.ts';

/** The facts of one type, and who looks at them. */
export interface Component {
  readonly type: string;
  /** Everything at the ends of conditions that reads facts of the type. */
  readonly ends: readonly Probe[];
  /** Of states in which all of these have the same values, one is kept. */
  readonly watched: readonly Probe[];
  /** Must be true: other states are of no use. */
  readonly needed: readonly Probe[];
}

export interface Surroundings {
  readonly catalogues: readonly Catalogue[];
  readonly kinds: Kinds;
  /** Whether to tell unknown from false, and to ask for what makes it so. */
  readonly unknown: boolean;
  /** More states than this are too many to look at. */
  readonly limit: number;
}

/** One way in which the facts of a type can be, as far as anybody who looks can tell. */
export interface State {
  /** What is seen, for comparison. */
  readonly seen: string;
  readonly facts: readonly Fact[];
}

/** Every state of the component at a moment; null when there are too many. */
export function statesOf(component: Component, now: Instant, surroundings: Surroundings): readonly State[] | null {
  const { kinds, unknown, limit } = surroundings;
  const sets = gather(component, now, surroundings);
  if (sets === null) return null;
  const states = new Map<string, State>();
  for (const facts of sets) {
    const evidence = evidenceIn({ facts, now, userRole: null }, kinds);
    if (component.needed.some((probe) => probe.evaluate(evidence).value !== 'true')) continue;
    const values = component.watched.map((probe) => probe.evaluate(evidence).value);
    const seen = values.map((value) => (unknown || value === 'true' ? value : 'not true')).join();
    const known = states.get(seen);
    if (known === undefined || facts.length < known.facts.length) states.set(seen, { seen, facts });
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
