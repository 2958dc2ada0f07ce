import type { SubscriptionId } from '../brand.ts';
import type { Call } from '../disclosure/operations.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { restsOf, type SubscriptionPorts, subscriptionEntry } from './subscribe.ts';

export type EndOutcome = { readonly kind: 'ended' } | { readonly kind: 'not-found' };

/** Nothing goes to its address from this commit on but what is under way. Said again it is as said once. */
export function endSubscription(
  ports: SubscriptionPorts,
  by: Pick<Call, 'partner' | 'trace'>,
  id: SubscriptionId,
): Promise<EndOutcome> {
  return settle(ports, async () => {
    const subscription = await ports.subscriptions.find(id);
    if (subscription === null || subscription.unit !== by.partner.unit.id) return { kind: 'not-found' };
    if (subscription.endedAt !== null) return { kind: 'ended' };
    const at = ports.clock.now();
    const entry = subscriptionEntry(ports, by, subscription, 'ended', at);
    const committed = await ports.journal.commit({
      rests: restsOf(ports),
      moves: false,
      entries: [entry],
      changes: [{ type: 'subscription-ended', id, at, entry: entry.id }],
    });
    return committed.outcome === 'durable' ? { kind: 'ended' } : stale;
  });
}
