import type { Instant, SubjectId, TimerId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import type { Entropy } from '../disclosure/ports.ts';
import type { Fact } from '../fact/fact.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { Subject } from '../subject/reference.ts';
import { momentsOf } from './moments.ts';

export type TimersReckoned = Change & { readonly type: 'timers-reckoned' };
export type DutiesWoken = Change & { readonly type: 'duties-woken' };

/** What moments are reckoned by. */
interface TimerWorld {
  readonly set: Pick<PolicySet, 'timers' | 'retentionStarts'>;
  readonly entropy: Entropy;
  readonly now: Instant;
}

/**
 * What a change of facts does to the moments that follow from them: those that wait are what follows from the facts as they
 * are now. Where a start of retention came or went, what is held until such a start is dated anew.
 */
export function timerChanges(
  world: TimerWorld,
  subject: Subject,
  facts: { readonly before: readonly Fact[]; readonly after: readonly Fact[] },
): readonly Change[] {
  const [before, after] = [startsIn(world, facts.before), startsIn(world, facts.after)];
  const moved = [...before, ...after].filter(([key]) => before.has(key) !== after.has(key));
  const starts = new Set(moved.map(([, word]) => word));
  return [
    timersReckoned(world, subject.id, facts.after),
    ...(starts.size === 0 ? [] : [dutiesWoken([subject.id], [...starts], world.now)]),
  ];
}

/**
 * That of all moments of this person those wait that follow from these facts, and no others, whatever set the others were
 * reckoned by. A deadline that has passed by now is not set: there is nobody to remind any more. A retention that
 * has begun is told all the same.
 */
export function timersReckoned(
  { set, entropy, now }: TimerWorld,
  subject: SubjectId,
  facts: readonly Fact[],
): TimersReckoned {
  const marks = momentsOf(set, facts).map((mark) => {
    const isLate = mark.kind !== 'retention' && mark.at <= now;
    return { ...mark, id: entropy.id() as TimerId, isLate };
  });
  return { type: 'timers-reckoned', subject, marks, now };
}

/** Whoever changes what retention is reckoned from has it reckoned again. `until`: the starts concerned; null: any. */
export function dutiesWoken(subjects: readonly SubjectId[], until: readonly string[] | null, at: Instant): DutiesWoken {
  return { type: 'duties-woken', subjects, until, at };
}

/** Each start of retention, by what makes it another one, with its word. */
function startsIn({ set }: TimerWorld, facts: readonly Fact[]): ReadonlyMap<string, string> {
  const starts = momentsOf(set, facts).filter(({ kind }) => kind === 'retention');
  return new Map(starts.map(({ word, fact, at }) => [`${word} ${fact} ${at}`, word]));
}
