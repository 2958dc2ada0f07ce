import type { EntryId, Instant, RequestId } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import type { RequestRecord } from '../disclosure/request.ts';

/** A decision by the source that the person is told later of what it gave. The latest of a request decides. */
export interface InformingDelay {
  readonly request: RequestId;
  /** A word of `policies/catalogue/informing.yaml`. */
  readonly ground: string;
  /** Whether the person reads, once it shows, that it was put off and why. @law UAVG 41(2)(h) */
  readonly tellWhy: boolean;
  readonly deciderRole: string;
  /** After that of the decision that it replaces, by whatever clock that was made. */
  readonly decidedAt: Instant;
  /** From then on the person sees it, unless somebody decides again before. */
  readonly reviewAt: Instant;
  readonly entry: EntryId;
}

export interface InformingDelays {
  /** The last decision on this request; null: nobody made one, and what its policy says stands. */
  latest(request: RequestId): Promise<InformingDelay | null>;
  /** What a rule delays and somebody must look at by now, at most `dueAtOnce`, leaving out the first `passed`. */
  due(now: Instant, passed: number): Promise<readonly DueInforming[]>;
  /** Puts off a look at which nothing was to be said (null: for ever); nothing happens where somebody else looked since. */
  putOff(request: RequestId, seen: Instant | null, until: Instant | null): Promise<void>;
}

/** A look that is due. `seen`: when it was, by which one looker of many goes on; null: nobody looked since it was decided. */
export interface DueInforming {
  readonly request: RequestRecord;
  readonly seen: Instant | null;
}

export type InformingDelayChange =
  /** It is looked at anew. `seen`: the entry of the decision that it replaces; null: there was none. */
  | { readonly type: 'informing-delayed'; readonly delay: InformingDelay; readonly seen: EntryId | null }
  /** Its source was told. `seen` as it was read; `lookAt` null: never again. */
  | {
      readonly type: 'informing-followed';
      readonly request: RequestId;
      readonly seen: Instant | null;
      readonly at: Instant;
      readonly lookAt: Instant | null;
    };

/**
 * From when the person sees what came of a request; null: from the start. INVARIANT: follows from dates on record alone,
 * so that it shows by itself, whatever runs; of what was given from the disclosure, whatever its recipient does later.
 */
export function shownFrom(
  { movedAt, held, decision }: Pick<RequestRecord, 'movedAt' | 'held' | 'decision'>,
  latest: InformingDelay | null,
): Instant | null {
  if (latest !== null) return latest.reviewAt;
  return decision.informAfter === null ? null : instantAfter(held?.disclosedAt ?? movedAt, decision.informAfter);
}
