import type { Instant } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import type { RetentionStart } from '../category/retention-start.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { Fact } from '../fact/fact.ts';
import type { Obligations } from '../policy/decision.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { counts } from './fact-pattern.ts';
import { edgeOf } from './moments.ts';

/** Since when a recipient's retention runs, and by when it must have destroyed what it got. */
export interface Retention {
  readonly startedAt: Instant;
  /** Where the start alone is said, the start itself: to keep until then is to destroy then. */
  readonly deleteBy: Instant;
}

/** What of a disclosure decides how long it may be kept. */
export interface Kept extends Pick<RequestRecord, 'source' | 'receivedAt'> {
  readonly disclosedAt: Instant;
  readonly retain: Obligations['retain'];
  /** From when on it may be kept no longer than that, where it was revoked; nobody is late before that. */
  readonly revokedAt: Instant | undefined;
}

/**
 * The start of retention of what was revoked when no set in force said any more how long it may then be kept: not at all.
 * No word of the catalogue, so that no set gives it another meaning.
 */
export const revocation = 'revocation';

export interface Reckoned {
  /** null: it has not begun. */
  readonly retention: Retention | null;
  /** Whether the source knows of the start as well: it disclosed, attested the fact, or the fact is about it. */
  readonly sourceKnows: boolean;
  /** When it will begin, by what is on record now; null: it has begun, or nothing on record tells. */
  readonly nextStart: Instant | null;
}

interface Start {
  readonly at: Instant;
  readonly sourceKnows: boolean;
}

/**
 * The retention of what was disclosed, by the facts as they are on record. It begins with the first start since the
 * request, for one before belongs to an earlier time inside; where earlier ones count, with the last before it.
 * null: the set knows no such start, so that nothing can be said of it. What was revoked counts from then at the earliest,
 * and from then where the set knows no such start.
 */
export function reckonRetention(
  set: Pick<PolicySet, 'retentionStarts'>,
  kept: Kept,
  facts: readonly Fact[],
  now: Instant,
): Reckoned | null {
  const start = set.retentionStarts.get(kept.retain.until);
  const { revokedAt } = kept;
  if (start === undefined) return revokedAt === undefined ? null : begunAt(kept, revokedAt, true);
  // The disclosure itself comes after its request, also where a clock was set back in between.
  if (start.event === 'disclosure') return begunAt(kept, later(kept.disclosedAt, revokedAt), true);
  const starts = startsOf(start, kept, facts);
  const begun = starts.filter(({ at }) => at <= now);
  const before = start.fact?.earlier === true ? begun.findLast(({ at }) => at < kept.receivedAt) : undefined;
  const startedAt = (before ?? begun.find(({ at }) => at >= kept.receivedAt))?.at;
  if (startedAt === undefined) {
    const next = starts.find(({ at }) => at > now && at >= kept.receivedAt);
    return { retention: null, sourceKnows: false, nextStart: next?.at ?? null };
  }
  // Of a revocation both parties were told.
  const sourceKnows = revokedAt !== undefined || starts.some((each) => each.at === startedAt && each.sourceKnows);
  return begunAt(kept, later(startedAt, revokedAt), sourceKnows);
}

function later(one: Instant, other: Instant | undefined): Instant {
  return other !== undefined && other > one ? other : one;
}

function begunAt({ retain: { plus } }: Kept, startedAt: Instant, sourceKnows: boolean): Reckoned {
  const deleteBy = plus === null ? startedAt : instantAfter(startedAt, plus);
  return { retention: { startedAt, deleteBy }, sourceKnows, nextStart: null };
}

function startsOf(start: RetentionStart, { source }: Kept, facts: readonly Fact[]): readonly Start[] {
  const { fact: told } = start;
  if (told === null) return [];
  return facts
    .filter((fact) => counts(told, fact))
    .flatMap((fact): readonly Start[] => {
      const at = edgeOf(fact, told.edge);
      return at === null ? [] : [{ at, sourceKnows: fact.attestedBy === source || fact.unit === source }];
    })
    .sort((one, other) => (one.at < other.at ? -1 : 1));
}
