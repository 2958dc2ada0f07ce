import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../../src/core/disclosure/ask.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { isOfNoOffer } from '../../src/store/never-offered.ts';
import { StoredEntries } from '../../src/store/pages/entries.ts';
import { planRequest, units } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';

let world: PostgresWorld;
beforeAll(async () => {
  world = await postgresWorld(shippedSet(), units);
});
afterAll(() => world.close());

it('is no offer: what was asked, refused, and refused again when it was collected', async () => {
  const asked = await ask(world.ports, world.call('reclassering'), { ...planRequest(), subject: world.newPerson() });
  if (asked.kind !== 'refused') throw new Error(asked.kind);
  const again = await collect(world.ports, world.call('reclassering'), asked.request.id);
  if (again.kind !== 'refused') throw new Error(again.kind);
  expect(again.request.entry).not.toBe(asked.request.entry);
  expect(await world.entriesOf(asked.request.id)).toEqual(['refusal', 'refusal']);
  const entries = new StoredEntries(world.pools.serve);
  for (const { entry } of [asked.request, again.request]) {
    expect(await isOfNoOffer(world.pools.serve, entry)).toBe(false);
    expect(await entries.find(entry)).toMatchObject({ neverOffered: false });
  }
});
