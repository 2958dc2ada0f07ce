import type { Instant } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { Fact } from '../fact/fact.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { counts } from './fact-pattern.ts';
import { edgeOf } from './moments.ts';

/** Since when a recipient's retention runs, and when it must delete; null where the start alone is said. */
export interface Retention {
  readonly startedAt: Instant;
  readonly deleteBy: Instant | null;
}

/**
 * The retention of what was disclosed under a request, once the fact that starts it has happened: the
 * first such moment since the request, for an earlier one belongs to an earlier time inside. null: not
 * yet, or no fact of the gateway tells.
 */
export function retentionOf(
  set: Pick<PolicySet, 'retentionStarts'>,
  request: Pick<RequestRecord, 'receivedAt' | 'decision'>,
  facts: readonly Fact[],
  now: Instant,
): Retention | null {
  const retain = request.decision.obligations?.retain;
  const start = retain && set.retentionStarts.get(retain.until)?.fact;
  if (!start) return null;
  const [startedAt] = facts
    .filter((fact) => counts(start, fact))
    .map((fact) => edgeOf(fact, start.edge))
    .filter((at): at is Instant => at !== null && at >= request.receivedAt && at <= now)
    .sort();
  if (startedAt === undefined) return null;
  return { startedAt, deleteBy: retain.plus === null ? null : instantAfter(startedAt, retain.plus) };
}
