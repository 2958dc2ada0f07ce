import type { EntryId, Instant, SubscriptionId, UnitId } from '../brand.ts';

/** Subscriptions that a unit may have at one moment. */
export const mostSubscriptions = 10;

/** A unit asks to be told of its events at an address of its own. */
export interface Subscription {
  readonly id: SubscriptionId;
  readonly unit: UnitId;
  readonly url: string;
  /** Event types; none named means all of them. */
  readonly types: readonly string[];
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
}

/** With how its deliveries stand. */
export interface SubscriptionView extends Subscription {
  /** Not delivered yet: to be tried, or behind one that is. */
  readonly waiting: number;
  /** Given up after a day of trying. */
  readonly parked: number;
  /** Why the latest of those that are not delivered was not taken; null: nothing failed. */
  readonly problem: DeliveryProblem | null;
}

/**
 * Why an event was not taken:
 * - `host-not-listed`: the host does not stand with the unit any more
 * - `address-not-allowed`: the host's name leads to an address that is not public
 * - `name-unknown`: it leads nowhere
 * - `unreachable`: no connection, no good certificate, or broken off
 * - `timeout`: no answer within ten seconds
 * - `redirect`: 3xx, which is not followed
 * - `refused`: any other answer than 2xx
 */
export const deliveryProblems = [
  'host-not-listed',
  'address-not-allowed',
  'name-unknown',
  'unreachable',
  'timeout',
  'redirect',
  'refused',
] as const;
export type DeliveryProblem = (typeof deliveryProblems)[number];

/** Which deliveries go out again: those that are parked, or all since a moment, also what was taken. */
export type Again = { readonly of: 'parked' } | { readonly of: 'since'; readonly since: Instant };

export type SubscriptionChange =
  | { readonly type: 'subscription-added'; readonly subscription: Subscription; readonly entry: EntryId }
  | { readonly type: 'subscription-ended'; readonly id: SubscriptionId; readonly at: Instant; readonly entry: EntryId };

export interface Subscriptions {
  find(id: SubscriptionId): Promise<SubscriptionView | null>;
  /** Those of a unit that have not ended, the oldest first. */
  of(unit: UnitId): Promise<readonly SubscriptionView[]>;
  /** Has its deliveries go out again from now on, as if for the first time. Done twice it is as done once. */
  again(id: SubscriptionId, what: Again): Promise<void>;
}
