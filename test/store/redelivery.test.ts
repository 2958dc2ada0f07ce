import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Oin } from '../../src/core/partner/partner.ts';
import type { Receiver } from '../../src/core/subscription/deliveries.ts';
import { type DeliverPorts, deliverTo } from '../../src/events/deliver.ts';
import { recipient } from '../world/journal-world.ts';
import { memoryUnit } from '../world/memory-world.ts';
import { type OutboxWorld, outboxWorld, someEvent } from '../world/outbox-world.ts';

const url = 'https://partner.example/events';
const unit = memoryUnit(recipient, 'municipality', { webhooks: ['partner.example'] });
const go = new AbortController().signal;

let world: OutboxWorld;
beforeAll(async () => {
  world = await outboxWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.database.pools.owner.query('TRUNCATE subscription CASCADE');
  await world.database.pools.owner.query('TRUNCATE event CASCADE');
});

const owner = (text: string, values: readonly unknown[] = []) => world.database.pools.owner.query(text, [...values]);

/** A receiver of which `answer` says what it does with each post. */
function receiving(answer: DeliverPorts['post']): DeliverPorts {
  return {
    deliveries: world.deliveries,
    registry: () => ({ version: 1, units: new Map([[unit.id, unit]]) }),
    post: answer,
    sign: () => 'signed',
    chance: () => 0,
    gatewayOin: '00000099000000009000' as Oin,
  };
}

it('ten thousand parked events go out again a few at a time, each once', async () => {
  const id = await world.subscribe();
  await owner(
    `INSERT INTO event (id, unit_id, type, time, dataref)
     SELECT gen_random_uuid(), $1, 'nl.x', now(), '/v1/x' FROM generate_series(1, 10000)`,
    [recipient],
  );
  await owner(
    `INSERT INTO delivery (event_id, subscription_id, order_key, state, attempts)
     SELECT id, $1, (row_number() OVER ())::text, 'parked', 100 FROM event`,
    [id],
  );
  await owner('ANALYZE delivery');
  await world.subscriptions.again(id, { of: 'parked' });
  const told = new Map<string, number>();
  let [now, most] = [0, 0];
  const ports = receiving(async ({ body }) => {
    now += 1;
    most = Math.max(most, now);
    const event: unknown = JSON.parse(body).id;
    told.set(String(event), (told.get(String(event)) ?? 0) + 1);
    await Promise.resolve();
    now -= 1;
    return null;
  });
  const receiver: Receiver = { subscription: id, unit: unit.id, url };
  await deliverTo(ports, receiver, go);
  expect(told.size).toBe(10_000);
  expect(Math.max(...told.values())).toBe(1);
  expect(most).toBeLessThanOrEqual(8);
  expect(await world.subscriptions.find(id)).toMatchObject({ waiting: 0, parked: 0 });
  // Ten thousand acknowledgements, eight at a time: a disk of 100 ms for each needs four minutes.
}, 900_000);

it('a receiver that asks for everything again with each event it gets is told no more than it asks for', async () => {
  const id = await world.subscribe();
  // More than go at once: what is asked again while it is on its way counts as what is on its way.
  const events = Array.from({ length: 12 }, () => someEvent());
  await world.emit(...events);
  const since = events[0]?.time;
  if (since === undefined) throw new Error('no event');
  let [asked, told] = [0, 0];
  const ports = receiving(async () => {
    told += 1;
    // As often as its limit lets it: each is a call that is counted.
    if (asked < 20) {
      asked += 1;
      await world.subscriptions.again(id, { of: 'since', since });
    }
    return null;
  });
  await deliverTo(ports, { subscription: id, unit: unit.id, url }, go);
  expect(asked).toBe(20);
  expect(told).toBeLessThanOrEqual(events.length * (asked + 1));
  expect(await world.subscriptions.find(id)).toMatchObject({ waiting: 0, parked: 0 });
});

it('a receiver that refuses and has it sent again at once is told once for each time it asks', async () => {
  const id = await world.subscribe();
  await world.emit(someEvent());
  let [asked, told] = [0, 0];
  const ports = receiving(async () => {
    told += 1;
    if (asked < 10) {
      asked += 1;
      await world.subscriptions.again(id, { of: 'parked' });
    }
    return 'refused';
  });
  await deliverTo(ports, { subscription: id, unit: unit.id, url }, go);
  expect(told).toBeLessThanOrEqual(asked + 1);
  // What is left waits for its time, as what failed does.
  expect(await world.deliveries.claim(id, 8)).toMatchObject({ looked: 0 });
});
