import type { Oin } from '../core/partner/partner.ts';
import { signEvent } from '../crypto/sign-event.ts';
import { sourceClientTls } from '../crypto/tls.ts';
import { startOutbox } from '../events/outbox.ts';
import { type EventPost, eventAgent, postEvent } from '../source/post-event.ts';
import { createDeliveries } from '../store/deliveries.ts';
import { eventSignals } from '../store/event-signals.ts';
import type { AppWorld } from './apps.ts';
import type { Certificates } from './certificates.ts';
import type { Opened } from './opened.ts';

/** Tells partners of their events, from when the gateway starts until it ends; woken by what any gateway commits. */
export function tellEvents(
  { config, record, ports, log }: AppWorld,
  opened: Opened,
  { source, onSource }: Pick<Certificates, 'source' | 'onSource'>,
): void {
  const { webhookNetworks: networks } = config.brokering;
  const current = () => eventAgent(sourceClientTls(source.identity.current(), source.trust.current()));
  let agent = current();
  onSource(() => {
    agent = current();
  });
  const deliver = {
    deliveries: createDeliveries(record.events),
    registry: () => ports.registry.current(),
    post: (post: EventPost, stop: AbortSignal) => postEvent(post, { agent, networks }, stop),
    sign: (body: string, subscription: string) =>
      signEvent(record.keys.answers, body, { subscription, at: new Date() }),
    chance: Math.random,
    gatewayOin: config.oin as Oin,
  };
  const outbox = opened.add(
    startOutbox(deliver, () => log.alarm('events could not be told to partners')),
    (running) => running.stop(),
  );
  const signals = opened.add(eventSignals(record.events, outbox.wake), (listening) => listening.close());
  record.journal.onEvents(signals.tell);
}
