import type { Instant } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import type { Fact } from '../fact/fact.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { counts } from './fact-pattern.ts';
import type { TimerMark } from './timer.ts';
import type { TimerRule } from './timer-rule.ts';

/**
 * Every moment that follows from what is on record about one person: deadlines with their reminders,
 * and starts of retention. A pure function of the facts, so that what a change cancels is a difference.
 */
export function momentsOf(
  set: Pick<PolicySet, 'timers' | 'retentionStarts'>,
  facts: readonly Fact[],
): readonly TimerMark[] {
  const deadlines = [...set.timers.values()].flatMap((rule) =>
    facts.filter((fact) => counts(rule.starts, fact)).flatMap((fact) => deadlinesOf(rule, fact, facts)),
  );
  const retention = [...set.retentionStarts].flatMap(([word, { fact: start }]) =>
    start === null
      ? []
      : facts
          .filter((fact) => counts(start, fact))
          .flatMap((fact) => {
            const at = edgeOf(fact, start.edge);
            return at === null ? [] : [{ word, kind: 'retention', fact: fact.id, at } as const];
          }),
  );
  return [...deadlines, ...retention];
}

export function edgeOf(fact: Fact, edge: 'start' | 'end'): Instant | null {
  return edge === 'start' ? fact.from : fact.until;
}

function deadlinesOf(rule: TimerRule, fact: Fact, facts: readonly Fact[]): readonly TimerMark[] {
  const begin = edgeOf(fact, rule.starts.edge);
  const { stops } = rule;
  // What stopped an earlier one, before this began, does not stop this one.
  if (begin === null || (stops !== null && facts.some((other) => counts(stops, other) && other.from >= begin)))
    return [];
  const marks = [
    ...rule.reminds.map((period) => ({ kind: 'reminder', at: instantAfter(begin, period) }) as const),
    { kind: 'due', at: instantAfter(begin, rule.after) } as const,
  ];
  // What is over by then leaves nothing to do: somebody who stays for three days needs no conference in ten.
  const isMoot = (at: Instant) => rule.starts.edge === 'start' && fact.until !== null && fact.until <= at;
  return marks.filter(({ at }) => !isMoot(at)).map((mark) => ({ word: rule.id, fact: fact.id, ...mark }));
}
