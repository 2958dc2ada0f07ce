import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventFeed } from '../../src/store/events.ts';
import { openPool } from '../../src/store/pool.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { at, seedUnits, unit } from './seed.ts';

let database: FreshDatabase;
let reader: string;
let number = 0;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  number += 1;
  reader = `reader-${number}`;
  await seedUnits(database.pools.owner, reader);
});

const insert = `INSERT INTO event (id, unit_id, type, time, dataref) VALUES ($1, $2, 'nl.sluis.test', $3, $4)`;

async function emit(dataref: string, to = reader): Promise<void> {
  await database.pools.owner.query(insert, [v7(), to, at, dataref]);
}

async function read(after = 0, limit = 100): Promise<[number, string][]> {
  const events = await eventFeed(database.pools.serve, unit(reader), after, limit);
  return events.map(({ sequence, event }) => [sequence, event.dataref]);
}

it('is empty for a unit that nothing happened to', async () => {
  expect(await read()).toEqual([]);
});

it('numbers events from one, and gives them the same number every time', async () => {
  await emit('/a');
  await emit('/b');
  const first = await read();
  expect(first.map(([sequence]) => sequence)).toEqual([1, 2]);
  await emit('/c');
  expect(await read()).toEqual([...first, [3, '/c']]);
  expect(await read(2)).toEqual([[3, '/c']]);
  expect(await read(0, 1)).toEqual(first.slice(0, 1));
});

it('gives a unit its own events only, in the form of the core', async () => {
  await emit('/mine');
  await seedUnits(database.pools.owner, 'somebody-else');
  await emit('/theirs', 'somebody-else');
  const [only, ...more] = await eventFeed(database.pools.serve, unit(reader), 0, 10);
  expect(more).toEqual([]);
  expect(only?.event).toMatchObject({ unit: reader, type: 'nl.sluis.test', time: at, dataref: '/mine' });
});

it('keeps the order in which they came on record, whatever the clocks of their gateways said', async () => {
  await database.pools.owner.query(insert, [v7(), reader, '2026-03-01T10:00:05.000Z', '/ahead']);
  await database.pools.owner.query(insert, [v7(), reader, '2026-03-01T10:00:03.000Z', '/behind']);
  expect(await read()).toEqual([
    [1, '/ahead'],
    [2, '/behind'],
  ]);
});

it('numbers an event that commits late after those that were read before', async () => {
  const late = await database.pools.owner.connect();
  await late.query('BEGIN');
  await late.query(insert, [v7(), reader, '2020-01-01T00:00:00.000Z', '/late']);
  await emit('/early');
  expect(await read()).toEqual([[1, '/early']]);
  await late.query('COMMIT');
  late.release();
  expect(await read(1)).toEqual([[2, '/late']]);
});

it('loses nothing and numbers nothing twice while many write and many read', async () => {
  // Who writes waits for a connection for however long the disk takes for all of them.
  const patient = openPool(database.urls.owner, { max: 2, connectTimeoutMs: 60_000 });
  const writers = Array.from({ length: 60 }, (_, index) => patient.query(insert, [v7(), reader, at, `/${index}`]));
  const seen: [number, string][] = [];
  let last = 0;
  async function follow(): Promise<void> {
    const page = await read(last);
    seen.push(...page);
    last = page.at(-1)?.[0] ?? last;
  }
  const noise = Array.from({ length: 10 }, () => read());
  for (let round = 0; round < 5; round += 1) await follow();
  await Promise.all([...writers, ...noise]);
  await patient.end();
  await follow();
  expect(seen.map(([sequence]) => sequence)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(new Set(seen.map(([, dataref]) => dataref)).size).toBe(60);
});
