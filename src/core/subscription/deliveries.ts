import type { SubscriptionId, UnitId } from '../brand.ts';
import type { ToldEvent } from '../disclosure/change.ts';
import type { NextAttempt } from './retry.ts';
import type { DeliveryProblem } from './subscription.ts';

/** A subscription for which something is due. */
export interface Receiver {
  readonly subscription: SubscriptionId;
  readonly unit: UnitId;
  readonly url: string;
}

/** One attempt to tell one event, which nobody else makes meanwhile. */
export interface Attempt {
  readonly subscription: SubscriptionId;
  readonly event: ToldEvent;
  /** From 1. */
  readonly number: number;
  /** Since the first attempt. */
  readonly triedForMs: number;
}

export interface Claimed {
  /** In order; none of them stands behind another that is not delivered. */
  readonly attempts: readonly Attempt[];
  /** With those that do stand behind another: 0 when nothing more is due. */
  readonly looked: number;
}

/** What is to be told, shared by all gateways. */
export interface Deliveries {
  due(): Promise<readonly Receiver[]>;
  /** At most so many, each lent for twenty seconds: of whoever says nothing more the next gateway takes them over. */
  claim(subscription: SubscriptionId, most: number): Promise<Claimed>;
  delivered(attempt: Attempt): Promise<void>;
  /** Changes nothing where a later attempt was begun. */
  failed(attempt: Attempt, next: NextAttempt, problem: DeliveryProblem): Promise<void>;
}
