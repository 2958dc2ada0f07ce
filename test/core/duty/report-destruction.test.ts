import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { confirmDestruction } from '../../../src/core/duty/report-destruction.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
});

async function given(): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  return outcome.request.id;
}

const confirmed = (id: RequestId, unit = 'gemeente', key?: string) =>
  confirmDestruction(world.ports, world.call(unit, key), id);
const entries = () => world.entries.filter(({ kind }) => kind === 'destruction-confirmed');

describe('a confirmation of destruction', () => {
  it('is on record with its moment, and the request stays as it was', async () => {
    const id = await given();
    const before = world.requests.get(id);
    const outcome = await confirmed(id);
    expect(outcome).toMatchObject({ kind: 'confirmed', receipt: { v: 1 } });
    expect(entries()).toMatchObject([{ body: { request: id }, subject: before?.subject, recipient: 'gemeente' }]);
    expect(world.requests.get(id)).toEqual({ ...before, destructionConfirmedAt: entries()[0]?.time });
  });

  it('is on record once, with the same key, with another one, and twice at once', async () => {
    const id = await given();
    const outcomes = await Promise.all([confirmed(id, 'gemeente', 'one'), confirmed(id, 'gemeente', 'two')]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['confirmed', 'replayed']);
    expect(await confirmed(id, 'gemeente', 'one')).toMatchObject({ kind: 'replayed' });
    expect(await confirmed(id)).toMatchObject({ kind: 'replayed' });
    expect(entries()).toHaveLength(1);
  });

  it('is of its recipient alone', async () => {
    const id = await given();
    for (const unit of ['pi', 'buurgemeente']) expect(await confirmed(id, unit)).toEqual({ kind: 'not-found' });
    expect(await confirmed('01890a5d-ac96-774b-bcce-b302099a8057' as RequestId)).toEqual({ kind: 'not-found' });
    expect(entries()).toEqual([]);
  });

  it('is of what was given: where nothing was, there is nothing to destroy', async () => {
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
    if (outcome.kind !== 'refused') throw new Error(outcome.kind);
    expect(await confirmed(outcome.request.id)).toMatchObject({ kind: 'wrong-state' });
    expect(entries()).toEqual([]);
  });

  it('does not take a key that was used for something else', async () => {
    const id = await given();
    expect(await confirmed(await given(), 'gemeente', 'k')).toMatchObject({ kind: 'confirmed' });
    const other = world.call('gemeente', 'k', 'another question');
    expect(await confirmDestruction(world.ports, other, id)).toEqual({ kind: 'key-reused' });
  });
});
