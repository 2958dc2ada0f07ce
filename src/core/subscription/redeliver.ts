import type { SubscriptionId } from '../brand.ts';
import type { Call, KeyProblem } from '../disclosure/operations.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOn, restsOf, type SubscriptionPorts, subscriptionEntry } from './subscribe.ts';
import type { Again, SubscriptionView } from './subscription.ts';

export type RedeliverOutcome =
  | { readonly kind: 'again'; readonly subscription: SubscriptionView; readonly replayed: boolean }
  /** Also where it has ended. */
  | { readonly kind: 'not-found' }
  | KeyProblem;

/**
 * Has deliveries go out again. That it was asked is on record first; the deliveries themselves are changed after it
 * and not in everybody's commit, since there may be many. Asked again with the same key it is carried out again,
 * so that a gateway that was killed between the two leaves nothing undone for good.
 */
export async function redeliver(
  ports: SubscriptionPorts,
  call: Call,
  id: SubscriptionId,
  what: Again,
): Promise<RedeliverOutcome> {
  const outcome = await settle(ports, () => record(ports, call, id));
  if (outcome.kind !== 'recorded') return outcome;
  await ports.subscriptions.again(id, what);
  const subscription = await ports.subscriptions.find(id);
  return subscription === null ? { kind: 'not-found' } : { kind: 'again', subscription, replayed: outcome.replayed };
}

type Recorded = { readonly kind: 'recorded'; readonly replayed: boolean };

async function record(
  ports: SubscriptionPorts,
  call: Call,
  id: SubscriptionId,
): Promise<Recorded | Exclude<RedeliverOutcome, { kind: 'again' }> | typeof stale> {
  const unit = call.partner.unit.id;
  const subscription = await ports.subscriptions.find(id);
  if (subscription === null || subscription.unit !== unit || subscription.endedAt !== null) {
    return { kind: 'not-found' };
  }
  const claim = await claimOn(ports, call);
  if (claim !== null) return keyProblem(call, claim, 'redelivery') ?? { kind: 'recorded', replayed: true };
  const at = ports.clock.now();
  const committed = await ports.journal.commit({
    rests: restsOf(ports),
    moves: false,
    entries: [subscriptionEntry(ports, call, subscription, 'again', at)],
    changes: [
      {
        type: 'idempotency-claimed',
        claim: { unit, ...call.idempotency, resource: { type: 'redelivery', id }, claimedAt: at },
      },
    ],
  });
  return committed.outcome === 'durable' ? { kind: 'recorded', replayed: false } : stale;
}
