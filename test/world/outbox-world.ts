import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { SubjectId, SubscriptionId } from '../../src/core/brand.ts';
import type { Change, DomainEvent } from '../../src/core/disclosure/change.ts';
import type { Subscription } from '../../src/core/subscription/subscription.ts';
import { createDeliveries } from '../../src/store/deliveries.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { createSubscriptions } from '../../src/store/subscriptions.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { entry, journalOn, now, recipient, seedWorld, work } from './journal-world.ts';

/** The outbox on a database of its own, with a journal that writes events as a gateway's does. */
export interface OutboxWorld {
  readonly database: FreshDatabase;
  readonly journal: OpenJournal;
  readonly deliveries: ReturnType<typeof createDeliveries>;
  readonly subscriptions: ReturnType<typeof createSubscriptions>;
  subscribe(changes?: Partial<Subscription>): Promise<SubscriptionId>;
  /** One commit with these events. */
  emit(...events: readonly DomainEvent[]): Promise<void>;
  close(): Promise<void>;
}

export async function outboxWorld(): Promise<OutboxWorld> {
  const database = await freshDatabase();
  await seedWorld(database.pools.owner);
  const journal = await journalOn(database.pools);
  return {
    database,
    journal,
    deliveries: createDeliveries(database.pools.serve),
    subscriptions: createSubscriptions(database.pools.serve),
    async subscribe(changes = {}) {
      const subscription = someSubscription(changes);
      const change = { type: 'subscription-added', subscription, entry: entry().id } as const;
      const { outcome } = await journal.commit(work(null, { changes: [change] }));
      if (outcome !== 'durable') throw new Error(`not subscribed: ${outcome}`);
      return subscription.id;
    },
    async emit(...events) {
      const changes = events.map((event): Change => ({ type: 'event-emitted', event }));
      const { outcome } = await journal.commit(work(null, { changes }));
      if (outcome !== 'durable') throw new Error(`not emitted: ${outcome}`);
    },
    async close() {
      await journal.close();
      await database.drop();
    },
  };
}

export function someSubscription(changes: Partial<Subscription> = {}): Subscription {
  const id = v7() as SubscriptionId;
  const url = 'https://partner.example/events';
  return { id, unit: recipient, url, types: [], createdAt: now(), endedAt: null, ...changes };
}

export function someEvent(changes: Partial<DomainEvent> = {}): DomainEvent {
  const type = 'nl.sluis.request.approved';
  return { id: v7(), unit: recipient, type, time: now(), dataref: `/v1/requests/${v7()}`, about: null, ...changes };
}

export function somebody(): SubjectId {
  return v7({ random: randomBytes(16) }) as SubjectId;
}
