import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { SubscriptionId, UnitId } from '../../src/core/brand.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Oin, Unit } from '../../src/core/partner/partner.ts';
import type { Attempt, Claimed, Receiver } from '../../src/core/subscription/deliveries.ts';
import type { NextAttempt } from '../../src/core/subscription/retry.ts';
import { type DeliverPorts, deliverTo, type Post } from '../../src/events/deliver.ts';
import { startOutbox } from '../../src/events/outbox.ts';
import { memoryUnit } from '../world/memory-world.ts';
import { someEvent } from '../world/outbox-world.ts';

const url = 'https://partner.example/events';
const unit = memoryUnit('unit-recipient', 'municipality', { webhooks: ['partner.example'] });
const receiver: Receiver = { subscription: 'sub' as SubscriptionId, unit: unit.id, url };
const { about: _, ...event } = someEvent({ unit: unit.id });

function attempt(changes: Partial<Attempt> = {}): Attempt {
  return { subscription: receiver.subscription, event, number: 1, triedForMs: 0, ...changes };
}

interface Told {
  readonly posts: Post[];
  readonly delivered: Attempt[];
  readonly failed: { readonly next: NextAttempt; readonly problem: string }[];
}

function world(
  batches: readonly (readonly Attempt[])[],
  changes: Partial<DeliverPorts> = {},
  units: readonly Unit[] = [unit],
): { readonly ports: DeliverPorts; readonly told: Told } {
  const told: Told = { posts: [], delivered: [], failed: [] };
  const left = [...batches];
  const ports: DeliverPorts = {
    deliveries: {
      due: async () => [receiver],
      claim: async (): Promise<Claimed> => {
        const attempts = left.shift() ?? [];
        return { attempts, looked: attempts.length };
      },
      delivered: async (done) => void told.delivered.push(done),
      failed: async (_attempt, next, problem) => void told.failed.push({ next, problem }),
    },
    registry: () => ({ version: 1, units: new Map(units.map((each) => [each.id, each])) }),
    post: async (post) => {
      told.posts.push(post);
      return null;
    },
    sign: (body, subscription) => `signed ${subscription} ${body.length}`,
    chance: () => 0,
    gatewayOin: '00000099000000009000' as Oin,
    ...changes,
  };
  return { ports, told };
}

const go = new AbortController().signal;

describe('telling a receiver', () => {
  test('posts the members of the profile, whatever else an event should hold, and a signature over the very body', async () => {
    const more = { ...event, subject: 'a person', order_key: 'a key', about: 'a person', data: { name: 'a name' } };
    const { ports, told } = world([[attempt({ event: more })]]);
    await deliverTo(ports, receiver, go);
    const [post] = told.posts;
    expect(Object.keys(JSON.parse(post?.body ?? '{}')).sort()).toEqual(
      ['dataref', 'id', 'source', 'specversion', 'time', 'type'].sort(),
    );
    expect(post?.headers).toEqual({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'sluis-signature': `signed sub ${post?.body.length}`,
    });
    expect(told.delivered).toHaveLength(1);
  });

  test('goes on until nothing is due', async () => {
    const { ports, told } = world([[attempt()], [attempt(), attempt()], []]);
    await deliverTo(ports, receiver, go);
    expect(told.delivered).toHaveLength(3);
  });

  test('parks what failed for a day, and tries everything else again', async () => {
    const { ports, told } = world([[attempt(), attempt({ number: 40, triedForMs: 86_400_000 })]], {
      post: async () => 'refused',
    });
    await deliverTo(ports, receiver, go);
    expect(told.failed).toEqual([
      { next: { state: 'waiting', inMs: 5_000 }, problem: 'refused' },
      { next: { state: 'parked' }, problem: 'refused' },
    ]);
  });

  test.each([
    ['is unknown', []],
    ['is closed', [{ ...unit, state: 'suspended' as const }]],
  ])('leaves alone what waits for a unit that %s', async (_what, units) => {
    const { ports, told } = world([[attempt()]], {}, units);
    await deliverTo(ports, receiver, go);
    expect(told).toEqual({ posts: [], delivered: [], failed: [] });
  });

  test('calls no host that does not stand with the unit', async () => {
    const { ports, told } = world([[attempt()]], {}, [{ ...unit, webhooks: ['other.example'] }]);
    await deliverTo(ports, receiver, go);
    expect(told.posts).toEqual([]);
    expect(told.failed).toEqual([{ next: { state: 'waiting', inMs: 5_000 }, problem: 'host-not-listed' }]);
  });

  test('says nothing of what was broken off, so that it is told again', async () => {
    const stopping = new AbortController();
    const { ports, told } = world([[attempt()]], {
      post: async () => {
        stopping.abort();
        throw new Error('aborted');
      },
    });
    await expect(deliverTo(ports, receiver, stopping.signal)).rejects.toThrow('aborted');
    expect([...told.delivered, ...told.failed]).toEqual([]);
  });
});

describe('the outbox', () => {
  const other: Receiver = { ...receiver, subscription: 'other' as SubscriptionId, unit: 'unit-recipient' as UnitId };

  test('tells others while one receiver hangs', async () => {
    const { ports, told } = world([]);
    const batches = new Map([
      ['sub', [[attempt()]]],
      ['other', [[attempt({ subscription: other.subscription })]]],
    ]);
    const outbox = startOutbox(
      {
        ...ports,
        deliveries: {
          ...ports.deliveries,
          due: async () => [receiver, other],
          claim: async (subscription) => {
            const attempts = batches.get(subscription)?.shift() ?? [];
            return { attempts, looked: attempts.length };
          },
        },
        post: (post, stop) =>
          post.headers['sluis-signature']?.includes('sub')
            ? new Promise((_resolve, reject) => stop.addEventListener('abort', () => reject(new Error('stopped'))))
            : Promise.resolve(null),
      },
      () => {
        throw new Error('nothing is broken');
      },
    );
    await sleep(50);
    expect(told.delivered.map(({ subscription }) => subscription)).toEqual(['other']);
    await outbox.stop();
  });

  test('looks again after a database that was away, and tells only of what is broken otherwise', async () => {
    let looks = 0;
    let broken = 0;
    const { ports, told } = world([[attempt()]]);
    const due = async () => {
      looks += 1;
      if (looks === 1) throw new Fault('database-unavailable', 'away');
      if (looks === 2) throw new TypeError('broken');
      return [receiver];
    };
    const outbox = startOutbox({ ...ports, deliveries: { ...ports.deliveries, due } }, () => {
      broken += 1;
    });
    await sleep(20);
    outbox.wake();
    await sleep(20);
    expect(broken).toBe(1);
    outbox.wake();
    await sleep(20);
    expect(told.delivered).toHaveLength(1);
    await outbox.stop();
    outbox.wake();
    expect(looks).toBe(3);
  });
});
