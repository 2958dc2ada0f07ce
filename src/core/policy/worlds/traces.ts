import type { Instant } from '../../brand.ts';
import type { Catalogue } from '../../category/catalogue.ts';
import type { Fact } from '../../fact/fact.ts';
import { involvementRole } from '../condition.ts';
import type { ConditionValue } from '../decision.ts';
import { type Evidence, type SeenFact, tellsMore } from '../evidence.ts';
import { exclusiveGroups, type Reading } from './reading.ts';
import { units } from './world.ts';

/**
 * Something that facts of one type can make so, of which two sets of facts together make so what
 * the stronger of them does. Conditions for which that is not true are told by several traces.
 */
type Trace = (evidence: Evidence) => ConditionValue;

/** How a fact is marked that has a period which nobody can read. */
export const unreadable = 'unreadable' as Instant;

/**
 * References that facts about a side may carry: what matters is only whether both sides share one, so
 * that those of the source are all the same and those of the recipient are that one or another.
 */
export const references = { source: ['case A'], recipient: ['case A', 'case B'] } as const;

/** Something that looks at facts: a condition, or what the engine itself asks. */
export interface Probe {
  readonly readings: readonly Reading[];
  readonly evaluate: (evidence: Evidence) => { readonly value: ConditionValue };
}

/** Every trace that the facts of one type can leave for a probe. */
export function tracesOf(probe: Probe, type: string, catalogue: Catalogue): readonly Trace[] {
  const readings = probe.readings.filter((reading) => reading.type === type);
  const bent = readings.filter((reading) => reading.byReference || exclusiveGroups(reading, catalogue).length > 0);
  if (bent.length === 0) return readings.length === 0 ? [] : [(evidence) => probe.evaluate(evidence).value];
  return bent.flatMap((reading) => bentTraces(reading, catalogue));
}

/** What a reading leaves where it depends on more than the strongest fact: by reference, or by who else holds a role. */
function bentTraces(reading: Reading, catalogue: Catalogue): readonly Trace[] {
  const unit = reading.about === 'anybody' ? null : units[reading.about];
  const roleOf = ({ type, attributes }: Fact): string =>
    type === reading.type ? (attributes[involvementRole] ?? '') : '';
  const mine = (fact: Fact): boolean => fact.unit === unit;
  const roles = reading.is[involvementRole] ?? [];
  if (reading.byReference) {
    const asked = (fact: Fact): boolean => mine(fact) && roles.includes(roleOf(fact));
    const [shared] = references.source;
    return [
      held((fact) => asked(fact) && fact.from !== unreadable && fact.reference === shared),
      held((fact) => asked(fact) && fact.from === unreadable),
    ];
  }
  // Roles of one group are contested together, and those of none by nobody: within each it does not matter which.
  const words = catalogue.factTypes.get(reading.type)?.words.get(involvementRole);
  const groupOf = (fact: Fact): string | null => words?.get(roleOf(fact))?.exclusive ?? null;
  const inRole = (fact: Fact): boolean => mine(fact) && roles.includes(roleOf(fact));
  return [
    held((fact) => inRole(fact) && groupOf(fact) === null),
    ...exclusiveGroups(reading, catalogue).flatMap((group): readonly Trace[] => {
      const contests = held((fact) => !mine(fact) && fact.from !== unreadable && groupOf(fact) === group);
      return [
        held((fact) => inRole(fact) && groupOf(fact) === group),
        (evidence) => (contests(evidence) === 'false' ? 'false' : 'true'),
      ];
    }),
  ];
}

/** As `standing`, of facts that no pattern can name. */
function held(matches: (fact: Fact) => boolean): Trace {
  return ({ facts }) => {
    let best: SeenFact | null = null;
    for (const seen of facts) {
      if (seen.reading === 'corrected' || !matches(seen.fact)) continue;
      if (best === null || tellsMore(seen, best)) best = seen;
    }
    return best === null ? 'false' : best.standing.value;
  };
}
