import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubscriptionId, UnitId } from '../../src/core/brand.ts';
import type { Attempt } from '../../src/core/subscription/deliveries.ts';
import { createDeliveries } from '../../src/store/deliveries.ts';
import { openPool } from '../../src/store/pool.ts';
import { purge } from '../../src/store/purge.ts';
import { entry, now, recipient, source, work } from '../world/journal-world.ts';
import { type OutboxWorld, outboxWorld, somebody, someEvent, someSubscription } from '../world/outbox-world.ts';
import { shippedSet } from '../world/shipped-set.ts';

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
const claimed = async (id: SubscriptionId, most = 8): Promise<readonly Attempt[]> =>
  (await world.deliveries.claim(id, most)).attempts;
const idsOf = (attempts: readonly Attempt[]) => attempts.map(({ event }) => event.id);
const failed = (attempt: Attempt | undefined, inMs: number) => {
  if (attempt === undefined) throw new Error('there was no attempt');
  return world.deliveries.failed(attempt, { state: 'waiting', inMs }, 'refused');
};
const parked = (attempt: Attempt | undefined) => {
  if (attempt === undefined) throw new Error('there was no attempt');
  return world.deliveries.failed(attempt, { state: 'parked' }, 'refused');
};

describe('what is due', () => {
  test('are the events of that unit, of the types that it named, from its subscription on and until it ends', async () => {
    await world.emit(someEvent());
    const all = await world.subscribe();
    const some = await world.subscribe({ types: ['nl.sluis.notice.given'] });
    const [mine, notice, other] = [
      someEvent(),
      someEvent({ type: 'nl.sluis.notice.given' }),
      someEvent({ unit: source }),
    ];
    await world.emit(mine, notice, other);
    expect(idsOf(await claimed(all)).sort()).toEqual([mine.id, notice.id].sort());
    expect(idsOf(await claimed(some))).toEqual([notice.id]);
    const change = { type: 'subscription-ended', id: some, at: now(), entry: entry().id } as const;
    await world.journal.commit(work(null, { changes: [change] }));
    await world.emit(someEvent({ type: 'nl.sluis.notice.given' }));
    expect((await world.deliveries.due()).map(({ subscription }) => subscription)).toEqual([all]);
    expect(await claimed(some)).toEqual([]);
  });

  test('is no more from the moment on at which its subscription ended, however much still waits', async () => {
    const id = await world.subscribe();
    for (let n = 0; n < 3; n += 1) await world.emit(someEvent());
    expect(await claimed(id, 1)).toHaveLength(1);
    const change = { type: 'subscription-ended', id, at: now(), entry: entry().id } as const;
    await world.journal.commit(work(null, { changes: [change] }));
    expect(await world.deliveries.claim(id, 8)).toEqual({ attempts: [], looked: 0 });
  });

  test('is lent to one worker at a time, and after its time to the next', async () => {
    const id = await world.subscribe();
    await world.emit(someEvent());
    const [first] = await claimed(id);
    expect(first?.number).toBe(1);
    expect(await claimed(id)).toEqual([]);
    await owner(`UPDATE delivery SET next_at = now() - interval '1 second'`);
    const [second] = await claimed(id);
    expect(second).toMatchObject({ number: 2, event: { id: first?.event.id } });
    // The first comes back late with bad news: somebody else is at it.
    await parked(first);
    expect(await world.subscriptions.find(id)).toMatchObject({ waiting: 1, parked: 0 });
    // With good news it is right.
    if (first !== undefined) await world.deliveries.delivered(first);
    expect(await world.subscriptions.find(id)).toMatchObject({ waiting: 0, parked: 0 });
  });

  test('is due at once though a clock that was wrong put it a year away', async () => {
    const id = await world.subscribe();
    await world.emit(someEvent());
    await owner(
      `UPDATE delivery SET next_at = now() + interval '1 year', first_at = now() + interval '1 year', attempts = 1`,
    );
    const [attempt] = await claimed(id);
    expect(attempt).toMatchObject({ number: 2 });
    expect(attempt?.triedForMs).toBeLessThan(0);
  });

  test('was not tried while nobody was there to try it', async () => {
    const id = await world.subscribe();
    await world.emit(someEvent());
    await owner(`UPDATE delivery SET attempts = 1, first_at = now() - interval '73 hours',
      next_at = now() - interval '70 hours'`);
    const [attempt] = await claimed(id);
    expect(attempt).toMatchObject({ number: 2 });
    expect(Math.round((attempt?.triedForMs ?? 0) / 3_600_000)).toBe(3);
  });

  test('goes with its event', async () => {
    const id = await world.subscribe();
    await world.emit(someEvent());
    await owner(`UPDATE event SET time = now() - interval '31 days'`);
    await purge(world.database.pools.eraser, shippedSet().retentionPeriods, now());
    expect((await owner('SELECT 1 FROM delivery')).rowCount).toBe(0);
    expect(await claimed(id)).toEqual([]);
  });
});

describe('of one person', () => {
  test('the second waits until the first was taken, with two workers, while others go on', async () => {
    const id = await world.subscribe();
    const person = somebody();
    const [first, second, third] = [0, 1, 2].map(() => someEvent({ about: person }));
    const other = someEvent({ about: somebody() });
    for (const event of [first, second, other, third]) if (event) await world.emit(event);
    const another = openPool(world.database.urls.serve, { max: 2 });
    try {
      const elsewhere = createDeliveries(another);
      const [here, there] = await Promise.all([world.deliveries.claim(id, 8), elsewhere.claim(id, 8)]);
      const both = [...here.attempts, ...there.attempts];
      expect(idsOf(both).sort()).toEqual([first?.id, other.id].sort());
      const attempt = both.find(({ event }) => event.id === first?.id);
      await failed(attempt, 0);
      // Also while the first waits for its next attempt.
      const again = [...(await elsewhere.claim(id, 8)).attempts, ...(await world.deliveries.claim(id, 8)).attempts];
      expect(idsOf(again)).toEqual([first?.id]);
      if (again[0] !== undefined) await elsewhere.delivered(again[0]);
      const next = await claimed(id);
      expect(idsOf(next)).toEqual([second?.id]);
      if (next[0] !== undefined) await world.deliveries.delivered(next[0]);
      expect(idsOf(await claimed(id))).toEqual([third?.id]);
    } finally {
      await another.end();
    }
  });

  test('what is parked keeps back what came after it, and nothing of anybody else', async () => {
    const id = await world.subscribe();
    const person = somebody();
    const [poison, behind, other] = [
      someEvent({ about: person }),
      someEvent({ about: person }),
      someEvent({ about: somebody() }),
    ];
    await world.emit(poison);
    await parked((await claimed(id))[0]);
    await world.emit(behind, other);
    expect(idsOf(await claimed(id))).toEqual([other.id]);
    expect(await world.subscriptions.find(id)).toMatchObject({ waiting: 2, parked: 1, problem: 'refused' });
    await world.subscriptions.again(id, { of: 'parked' });
    const [again] = await claimed(id);
    expect(again).toMatchObject({ event: { id: poison.id }, number: 1, triedForMs: 0 });
    if (again !== undefined) await world.deliveries.delivered(again);
    expect(idsOf(await claimed(id))).toContain(behind.id);
  });

  test('the keys of their order are hashes, other ones for another unit, and stand nowhere but there', async () => {
    const person = somebody();
    await world.subscribe();
    await world.subscribe({ unit: source });
    await world.emit(someEvent({ about: person }), someEvent({ unit: source, about: person }));
    const { rows } = await owner('SELECT order_key FROM delivery');
    const keys = rows.map(({ order_key }) => String(order_key));
    expect(new Set(keys).size).toBe(2);
    expect(keys.join(' ')).not.toContain(person);
  });
});

describe('asked for again', () => {
  test('since a moment, what was taken goes out once more with the same id, and nothing from before', async () => {
    const id = await world.subscribe();
    const old = someEvent({ time: '2026-01-01T00:00:00.000Z' as ReturnType<typeof now> });
    const recent = someEvent();
    await world.emit(old, recent);
    for (const attempt of await claimed(id)) await world.deliveries.delivered(attempt);
    expect(await claimed(id)).toEqual([]);
    await world.subscriptions.again(id, { of: 'since', since: recent.time });
    expect(idsOf(await claimed(id))).toEqual([recent.id]);
  });
});

describe('ten thousand parked events', () => {
  test('do not slow the others, and go out again in a moment', async () => {
    const id = await world.subscribe();
    const other = await world.subscribe({ unit: source });
    await owner(
      `INSERT INTO event (id, unit_id, type, time, dataref)
       SELECT gen_random_uuid(), $1, 'nl.x', now(), '/v1/x' FROM generate_series(1, 20000)`,
      [recipient],
    );
    // Half of them parked, half of them behind those.
    await owner(
      `INSERT INTO delivery (event_id, subscription_id, order_key, state)
       SELECT id, $1, (row_number() OVER () % 10000)::text,
         CASE WHEN row_number() OVER () <= 10000 THEN 'parked' ELSE 'waiting' END FROM event`,
      [id],
    );
    await owner('ANALYZE delivery');
    for (let turn = 0; turn < 100; turn++) await world.deliveries.claim(id, 100);
    expect((await world.deliveries.claim(id, 8)).looked, 'all that wait were looked at').toBe(0);
    const tookMs: number[] = [];
    for (const turn of [1, 2, 3]) {
      const [event, told] = [someEvent(), someEvent({ unit: source })];
      const begun = performance.now();
      await world.emit(event, told);
      expect((await world.deliveries.due()).map(({ subscription }) => subscription).sort()).toEqual([id, other].sort());
      expect(idsOf(await claimed(id))).toEqual([event.id]);
      expect(idsOf(await claimed(other))).toEqual([told.id]);
      expect(await world.subscriptions.of(recipient)).toMatchObject([{ parked: 10_000, waiting: 10_000 + turn }]);
      tookMs.push(performance.now() - begun);
    }
    expect(Math.min(...tookMs)).toBeLessThan(500);
    await world.subscriptions.again(id, { of: 'parked' });
    expect(await world.subscriptions.of(recipient)).toMatchObject([{ parked: 0, waiting: 20_003 }]);
    expect((await claimed(id, 100)).length).toBeGreaterThan(0);
  });
});

describe('a unit', () => {
  test('has ten subscriptions at most, however many it adds at one moment', async () => {
    const adding = Array.from({ length: 14 }, async () => {
      const subscription = someSubscription();
      const change = { type: 'subscription-added', subscription, entry: entry().id } as const;
      return (await world.journal.commit(work(null, { changes: [change] }))).outcome;
    });
    const outcomes = await Promise.all(adding);
    expect(outcomes.filter((outcome) => outcome === 'durable')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(4);
    expect(await world.subscriptions.of(recipient)).toHaveLength(10);
    await expect(
      owner(
        `INSERT INTO subscription (id, unit_id, place, url, types, created_at, entry_id)
         VALUES (gen_random_uuid(), $1, 11, 'https://x.example/', '{}', now(), gen_random_uuid())`,
        [recipient],
      ),
    ).rejects.toThrow(/place/);
    expect(await world.subscriptions.of('unit-nobody' as UnitId)).toEqual([]);
  });
});
