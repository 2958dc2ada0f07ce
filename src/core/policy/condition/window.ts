import type { Instant } from '../../brand.ts';
import { type Length, lengthOf, type Moment, momentOf, shiftedBy } from '../../calendar.ts';
import type { Compiled, ConditionScope, FormOf } from '../condition.ts';
import { type Evaluation, type Evidence, noFact, type SeenFact, tellsMore } from '../evidence.ts';
import { type FactPattern, fits } from '../fact-pattern.ts';
import { matching } from './matching.ts';
import { periodLabel } from './period-label.ts';

/** The bounds as they count: read once, when the condition is compiled. */
interface Edges {
  readonly edge: 'start' | 'end';
  readonly opens: Length | null;
  readonly closes: Length | null;
}

interface Bounds {
  readonly edge: 'start' | 'end';
  readonly opens: string | null;
  readonly closes: string | null;
}

/** `window`: now lies between two moments that are counted from the start or the end of a fact. */
export function window(form: FormOf<'window'>, scope: ConditionScope): Compiled {
  const which = matching(form, scope);
  const bounds: Bounds = { edge: form.edge, opens: form.opens ?? null, closes: form.closes ?? null };
  if (bounds.opens !== null && bounds.closes !== null && !isBefore(bounds.opens, bounds.closes))
    scope.problems.add([...scope.path, 'closes'], 'the window closes before it opens');
  const edges: Edges = { edge: form.edge, opens: lengthIn(bounds.opens), closes: lengthIn(bounds.closes) };
  const [nl, en] = [edgeLabel(bounds, 'nl'), edgeLabel(bounds, 'en')];
  return {
    key: `window(${which.key}, ${form.edge}, ${bounds.opens ?? ''}..${bounds.closes ?? ''})`,
    label: { nl: `${nl}: ${which.label.nl}`, en: `${en}: ${which.label.en}` },
    evaluate: (evidence) => within(evidence, which.pattern, edges),
  };
}

function within(evidence: Evidence, pattern: FactPattern, bounds: Edges): Evaluation {
  const now = momentOf(evidence.now);
  let yes: SeenFact | null = null;
  let perhaps: SeenFact | null = null;
  let no: SeenFact | null = null;
  for (const seen of evidence.facts) {
    if (seen.reading === 'corrected' || !fits(seen.fact, pattern, evidence)) continue;
    const edge = bounds.edge === 'start' ? seen.fact.from : seen.fact.until;
    if ((seen.reading !== 'stands' && seen.reading !== 'counts') || edge === null) perhaps = more(seen, perhaps);
    else if (liesIn(now, edge, bounds)) yes = more(seen, yes);
    else no = more(seen, no);
  }
  if (yes !== null) return { value: 'true', inputs: yes.inputs };
  if (perhaps !== null) return { value: 'unknown', inputs: perhaps.inputs };
  return no === null ? noFact : { value: 'false', inputs: no.inputs };
}

function more(seen: SeenFact, than: SeenFact | null): SeenFact {
  return than === null || tellsMore(seen, than) ? seen : than;
}

function liesIn(now: Moment, edge: Instant, { opens, closes }: Edges): boolean {
  return (opens === null || shiftedBy(edge, opens) <= now) && (closes === null || now < shiftedBy(edge, closes));
}

function lengthIn(bound: string | null): Length | null {
  return bound === null ? null : lengthOf(bound);
}

/** Leap years of two kinds and every length of month lie between these. */
const [firstYear, lastYear] = [2095, 2105];

/** Whether one bound lies before the other from whatever day both are counted. */
function isBefore(opens: string, closes: string): boolean {
  const [a, b] = [lengthOf(opens), lengthOf(closes)];
  if (a.months === 0 && b.months === 0) return a.days < b.days;
  if (a.days === 0 && b.days === 0) return a.months < b.months;
  for (let year = firstYear; year <= lastYear; year++) {
    for (let month = 1; month <= 12; month++) {
      for (const day of ['01', '28', '30', '31']) {
        if (month === 2 && day > '28') continue;
        const edge = `${year}-${String(month).padStart(2, '0')}-${day}T00:00:00.000Z` as Instant;
        if (shiftedBy(edge, a) >= shiftedBy(edge, b)) return false;
      }
    }
  }
  return true;
}

function edgeLabel({ edge, opens, closes }: Bounds, language: 'nl' | 'en'): string {
  const words = {
    nl: { start: 'het begin', end: 'het einde', from: 'vanaf', until: 'tot', of: 'van' },
    en: { start: 'the start', end: 'the end', from: 'from', until: 'until', of: 'of' },
  }[language];
  const at = (bound: string): string => periodLabel(bound, words[edge], language);
  const parts = [
    ...(opens === null ? [] : [`${words.from} ${at(opens)}`]),
    ...(closes === null ? [] : [`${words.until} ${at(closes)}`]),
  ];
  return `${parts.join(' ')} ${words.of}`;
}
