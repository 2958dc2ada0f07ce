import type { FactId, Instant, SubjectId, TimerId } from '../brand.ts';

/** A moment that follows from a fact: at most one of a kind by one word of the catalogue. */
export interface TimerMark {
  /** A word of `catalogue/timers.yaml`, or for `retention` a start of `catalogue/retention.yaml`. */
  readonly word: string;
  readonly kind: 'reminder' | 'due' | 'retention';
  readonly fact: FactId;
  readonly at: Instant;
}

export interface Timer extends TimerMark {
  readonly id: TimerId;
  readonly subject: SubjectId;
  readonly state: 'waiting' | 'fired' | 'cancelled';
  readonly movedAt: Instant;
}
