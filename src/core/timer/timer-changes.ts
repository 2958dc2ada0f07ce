import type { Instant, SubjectId, TimerId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import type { Entropy } from '../disclosure/ports.ts';
import type { Fact } from '../fact/fact.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { Subject } from '../subject/reference.ts';
import { momentsOf } from './moments.ts';
import type { TimerMark } from './timer.ts';

/**
 * What a change of facts sets and cancels. A deadline that had passed before its fact was put on
 * record is not set: there is nobody to remind any more. A retention that has begun is told all the same, and
 * what is held until such a start is dated anew.
 */
export function timerChanges(
  world: {
    readonly set: Pick<PolicySet, 'timers' | 'retentionStarts'>;
    readonly entropy: Entropy;
    readonly now: Instant;
  },
  subject: Subject,
  facts: { readonly before: readonly Fact[]; readonly after: readonly Fact[] },
): readonly Change[] {
  const { now } = world;
  const known = new Set(momentsOf(world.set, facts.before).map(keyOf));
  const after = momentsOf(world.set, facts.after);
  const kept = new Set(after.map(keyOf));
  const cancelled = momentsOf(world.set, facts.before).filter((mark) => !kept.has(keyOf(mark)));
  const set = after.filter((mark) => !known.has(keyOf(mark)) && (mark.kind === 'retention' || mark.at > now));
  const starts = new Set([...cancelled, ...set].filter(({ kind }) => kind === 'retention').map(({ word }) => word));
  return [
    ...cancelled.map((timer) => ({ type: 'timer-cancelled', timer, now }) as const),
    ...(starts.size === 0 ? [] : [dutiesWoken([subject.id], [...starts], now)]),
    ...set.map(
      (mark) =>
        ({
          type: 'timer-set',
          timer: {
            ...mark,
            id: world.entropy.id() as TimerId,
            subject: subject.id,
            state: 'waiting',
            movedAt: now,
          },
        }) as const,
    ),
  ];
}

/** Whoever changes what retention is reckoned from has it reckoned again. `until`: the starts concerned; null: any. */
export function dutiesWoken(subjects: readonly SubjectId[], until: readonly string[] | null, at: Instant): Change {
  return { type: 'duties-woken', subjects, until, at };
}

function keyOf({ word, kind, fact, at }: TimerMark): string {
  return `${word} ${kind} ${fact} ${at}`;
}
