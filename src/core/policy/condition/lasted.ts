import { type Length, lengthOf, momentOf, shiftedBy } from '../../calendar.ts';
import type { Compiled, ConditionScope, FormOf } from '../condition.ts';
import { type Evaluation, type Evidence, noFact, type SeenFact, tellsMore } from '../evidence.ts';
import { type FactPattern, fits } from '../fact-pattern.ts';
import { matching } from './matching.ts';
import { periodWords } from './period-label.ts';

/** `lasted`: a fact stands, and has done so for at least this long. */
export function lasted(form: FormOf<'lasted'>, scope: ConditionScope): Compiled {
  const which = matching(form, scope);
  const { atLeast } = form;
  const length = lengthOf(atLeast);
  return {
    key: `lasted(${which.key}, ${atLeast})`,
    label: {
      nl: `dit duurt al minstens ${periodWords(atLeast, 'nl')}: ${which.label.nl}`,
      en: `this has lasted at least ${periodWords(atLeast, 'en')}: ${which.label.en}`,
    },
    evaluate: (evidence) => hasLasted(evidence, which.pattern, length),
  };
}

function hasLasted(evidence: Evidence, pattern: FactPattern, atLeast: Length): Evaluation {
  const now = momentOf(evidence.now);
  let best: SeenFact | null = null;
  let value: Evaluation['value'] = 'false';
  for (const seen of evidence.facts) {
    if (seen.reading === 'corrected' || !fits(seen.fact, pattern, evidence)) continue;
    const own = valueFrom(seen, now, atLeast);
    const better = order.indexOf(own) - order.indexOf(value);
    if (best !== null && (better < 0 || (better === 0 && !tellsMore(seen, best)))) continue;
    best = seen;
    value = own;
  }
  return best === null ? noFact : { value, inputs: best.inputs };
}

const order: readonly Evaluation['value'][] = ['false', 'unknown', 'true'];

function valueFrom({ fact, reading }: SeenFact, now: number, atLeast: Length): Evaluation['value'] {
  if (reading === 'disputed' || reading === 'unreadable') return 'unknown';
  return reading === 'stands' && shiftedBy(fact.from, atLeast) <= now ? 'true' : 'false';
}
