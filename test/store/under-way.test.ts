import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/core/brand.ts';
import { createRequests } from '../../src/store/requests.ts';
import { type OutboxWorld, outboxWorld } from '../world/outbox-world.ts';
import { requestOnRecord } from '../world/requests-on-record.ts';

let world: OutboxWorld;
beforeAll(async () => {
  world = await outboxWorld();
});
afterAll(() => world.close());

const ahead = (ms: number): Instant => instant(new Date(Date.now() + ms));

test('what is fetched for too long is found, and also what a clock that was wrong dated far ahead', async () => {
  const old = await requestOnRecord(world.journal, null, { state: 'fetching', movedAt: ahead(-600_000) });
  await requestOnRecord(world.journal, null, { state: 'fetching', movedAt: ahead(0) });
  await requestOnRecord(world.journal, null, { state: 'fetching', movedAt: ahead(3_600_000) });
  const wrong = await requestOnRecord(world.journal, null, { state: 'fetching', movedAt: ahead(365 * 86_400_000) });
  await requestOnRecord(world.journal, null, { state: 'delivered', movedAt: ahead(-600_000) });
  const found = await createRequests(world.database.pools.serve).underWay(ahead(-120_000), 0);
  expect(found.map(({ id }) => id)).toEqual([old.id, wrong.id]);
  const past = await createRequests(world.database.pools.serve).underWay(ahead(-120_000), 1);
  expect(past.map(({ id }) => id)).toEqual([wrong.id]);
});
