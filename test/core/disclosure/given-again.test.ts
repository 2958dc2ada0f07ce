import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId } from '../../../src/core/brand.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import { confirmDestruction } from '../../../src/core/duty/report-destruction.ts';
import { endFact } from '../../../src/core/fact/end-fact.ts';
import { InboxWorld } from '../../world/inbox-world.ts';

let world: InboxWorld;
beforeEach(async () => {
  world = await InboxWorld.open();
});

async function collected(): Promise<RequestId> {
  const id = await world.answered();
  expect(await world.acts.collect(id)).toMatchObject({ kind: 'handed-over', again: false });
  return id;
}

async function endInvolvement(): Promise<void> {
  const fact = [...world.memory.facts.values()].find(({ attributes }) => attributes.role === 'residence-municipality');
  if (fact === undefined) throw new Error('nobody is involved');
  await endFact(world.ports, world.memory.call('pi'), fact.id, world.ports.clock.now());
}

const destroy = (id: RequestId) => confirmDestruction(world.ports, world.memory.call('gemeente'), id);

/** Collected again by the same, where this happens once while it is under way: after all that is kept was read. */
function collectedWhile(id: RequestId, happens: () => Promise<unknown>) {
  let isOver = false;
  const receipt: (typeof world.ports)['journal']['receipt'] = async (entry) => {
    const found = await world.ports.journal.receipt(entry);
    if (!isOver) await happens();
    isOver = true;
    return found;
  };
  const ports = { ...world.ports, journal: { ...world.ports.journal, receipt } };
  return collect(ports, world.memory.call('gemeente'), id);
}

describe('what was handed over', () => {
  it('is kept no longer and not given again once its destruction is on record', async () => {
    const id = await collected();
    expect(await destroy(id)).toMatchObject({ kind: 'confirmed' });
    expect(world.memory.answers).toEqual([]);
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'wrong-state', request: { state: 'delivered' } });
  });

  it.each([
    ['what it rests on ends', endInvolvement],
    ['its destruction is reported', destroy],
    ['its recipient says that it has it', (id: RequestId) => world.acts.confirm(id)],
  ] as const)('is not given again where %s while it is looked up', async (_, happens) => {
    const id = await collected();
    expect(await collectedWhile(id, async () => undefined)).toMatchObject({ kind: 'handed-over', again: true });
    expect(await collectedWhile(id, () => happens(id))).toMatchObject({ kind: 'wrong-state' });
  });
});
