import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InboxPorts } from '../../src/core/disclosure/at-source.ts';
import { readMessages } from '../../src/core/disclosure/say-on-request.ts';
import { inboxUnits } from '../world/inbox-units.ts';
import { inboxActs } from '../world/inbox-world.ts';
import { detain } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';

let world: PostgresWorld;
beforeAll(async () => {
  world = await postgresWorld(shippedSet(), inboxUnits());
});
afterAll(() => world.close());

/** All of these have read what was said before any of them says more. */
function readTogether(all: readonly InboxPorts[]): readonly InboxPorts[] {
  const read = Promise.withResolvers<void>();
  let reads = 0;
  return all.map((ports) => ({
    ...ports,
    messages: {
      ...ports.messages,
      of: async (id) => {
        const found = await ports.messages.of(id);
        reads += 1;
        if (reads === all.length) read.resolve();
        await read.promise;
        return found;
      },
    },
  }));
}

describe('a question of the source', () => {
  it('has one reply where two reply at once, and what is delegated meanwhile keeps none from it', async () => {
    const other = await world.anotherGateway();
    for (let turn = 0; turn < 3; turn++) {
      const person = world.newPerson();
      await detain(world.ports, () => world.call('pi'), person);
      const actsOf = (ports: InboxPorts) => inboxActs(ports, (unit, key) => world.call(unit, key), person);
      const acts = actsOf(world.ports);
      const asked = await acts.ask();
      if (asked.kind !== 'waiting') throw new Error(asked.kind);
      const { id } = asked.request;
      await acts.question(id);
      const replies = readTogether([world.ports, { ...world.ports, ...other }]).map((ports) => actsOf(ports).reply(id));
      const [delegated, ...outcomes] = await Promise.all([acts.delegate(id, { user: 'p8' }), ...replies]);
      expect(delegated.kind).toBe('recorded');
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['recorded', 'wrong-state']);
      const said = await readMessages(world.ports, world.call('gemeente'), id);
      expect(said?.map((each) => each.said.kind)).toEqual(['question', 'reply']);
      const told = (await world.entriesOf(id)).filter((kind) => kind === 'request-questioned');
      expect(told).toHaveLength(2);
    }
  });
});
