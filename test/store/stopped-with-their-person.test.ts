import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Instant } from '../../src/core/brand.ts';
import { wakeRequests } from '../../src/core/disclosure/wake.ts';
import { correctNumber } from '../../src/core/subject/correct-number.ts';
import { requestRecord } from '../world/journal-world.ts';
import { asked, done, type PeopleWorld, peopleWorld } from '../world/people-world.ts';

let world: PeopleWorld;
beforeAll(async () => {
  world = await peopleWorld();
});
afterAll(() => world.close());

it('a request about somebody whose number is put right is stopped at once, and told of once, by one of two gateways', async () => {
  const person = await world.person('detained');
  const requests = [await world.waiting(person), await world.waiting(person)];
  const { decision, trace } = requestRecord(null);
  await world.rows('UPDATE request SET decision = $1, trace = $2', [JSON.stringify(decision), trace]);
  done(await world.correct(person, world.newPerson().value));
  for (const request of requests) expect(await world.stateOf(request)).toBe('withdrawn');

  const gateways = [world.ports, await world.anotherGateway()];
  await Promise.all(gateways.map((each) => wakeRequests(each)));
  await Promise.all(gateways.map((each) => wakeRequests(each)));
  for (const request of requests) {
    const [row] = await world.rows('SELECT stopped_for, wakes_at, entry_id FROM request WHERE id = $1', [request]);
    expect(row).toMatchObject({ stopped_for: 'person', wakes_at: null });
    const entries = await world.rows('SELECT id, kind FROM ledger_entry WHERE request_id = $1', [request]);
    expect(entries).toEqual([{ id: row?.entry_id, kind: 'request-stopped' }]);
    const events = await world.rows('SELECT unit_id, type FROM event WHERE dataref = $1 ORDER BY unit_id', [
      `/v1/requests/${request}`,
    ]);
    expect(events).toEqual([
      { unit_id: 'gemeente', type: 'nl.sluis.request.ended' },
      { unit_id: 'pi', type: 'nl.sluis.request.stopped' },
    ]);
  }
});

it('is told of at once also where the clock by which the number was put right is ahead', async () => {
  const person = await world.person('detained');
  const request = await world.waiting(person);
  const now = () => new Date(Date.now() + 7_200_000).toISOString() as Instant;
  const clock = { ...world.subjectPorts.clock, now };
  const right = { scheme: 'bsn', value: world.newPerson().value } as const;
  done(await correctNumber({ ...world.subjectPorts, clock }, world.named(person), right, asked, false));
  const [row] = await world.rows('SELECT state, wakes_at <= now() AS now FROM request WHERE id = $1', [request]);
  expect(row).toEqual({ state: 'withdrawn', now: true });
});
