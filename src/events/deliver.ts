import { cloudEvent } from '../core/disclosure/cloud-event.ts';
import type { Oin, PartnerRegistry } from '../core/partner/partner.ts';
import { isAtListedHost } from '../core/partner/webhook-host.ts';
import type { Attempt, Deliveries, Receiver } from '../core/subscription/deliveries.ts';
import { afterFailure } from '../core/subscription/retry.ts';
import type { DeliveryProblem } from '../core/subscription/subscription.ts';

/** What is sent: one POST with exactly this body. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface DeliverPorts {
  readonly deliveries: Deliveries;
  registry(): PartnerRegistry;
  /** null: it was taken. Rejects only when `stop` aborts it. */
  post(post: Post, stop: AbortSignal): Promise<DeliveryProblem | null>;
  /** Detached signature of the gateway over the body, for this subscription. */
  sign(body: string, subscription: string): string;
  /** From 0 to 1. */
  chance(): number;
  readonly gatewayOin: Oin;
}

const atOnce = 8;

/**
 * Tells one receiver all that is due, eight at a time, of one person one by one. A receiver that hangs holds up itself
 * alone. A unit that is not let in is told nothing: what is due waits.
 */
export async function deliverTo(ports: DeliverPorts, receiver: Receiver, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const unit = ports.registry().units.get(receiver.unit);
    if (unit?.state !== 'active') return;
    const { attempts, looked } = await ports.deliveries.claim(receiver.subscription, atOnce);
    if (looked === 0) return;
    const isListed = isAtListedHost(receiver.url, unit.webhooks);
    await Promise.all(attempts.map((attempt) => tell(ports, { receiver, attempt, isListed }, stop)));
  }
}

interface Telling {
  readonly receiver: Receiver;
  readonly attempt: Attempt;
  readonly isListed: boolean;
}

async function tell(ports: DeliverPorts, { receiver, attempt, isListed }: Telling, stop: AbortSignal): Promise<void> {
  const problem = isListed ? await ports.post(postOf(ports, receiver, attempt), stop) : 'host-not-listed';
  if (problem === null) {
    await ports.deliveries.delivered(attempt);
  } else {
    const next = afterFailure(attempt.number, attempt.triedForMs, ports.chance());
    await ports.deliveries.failed(attempt, next, problem);
  }
}

/** CloudEvents in structured mode: the body is the whole event. */
function postOf(ports: DeliverPorts, { url, subscription }: Receiver, { event }: Attempt): Post {
  const body = JSON.stringify(cloudEvent(event, ports.gatewayOin));
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'sluis-signature': ports.sign(body, subscription),
  };
  return { url, headers, body };
}
