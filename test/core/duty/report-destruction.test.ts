import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { confirmDestruction, reportDestruction } from '../../../src/core/duty/report-destruction.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

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
    const held = before?.held && { ...before.held, lookAt: null };
    expect(world.requests.get(id)).toEqual({ ...before, destructionConfirmedAt: entries()[0]?.time, held });
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

describe('a report of destruction', () => {
  const by = someUser('u9', 'archivaris', 'R. Blom');
  const reported = (id: RequestId, unit = 'gemeente', key?: string) =>
    reportDestruction(world.ports, world.call(unit, key), id, { how: 'shredded', by });
  const reports = () => world.entries.filter(({ kind }) => kind === 'destruction-reported');

  it('is on record with how, and with who did it kept apart, and its source is told', async () => {
    const id = await given();
    const outcome = await reported(id);
    if (outcome.kind !== 'confirmed') throw new Error(outcome.kind);
    const [entry] = reports();
    expect(entry).toMatchObject({ body: { request: id, how: 'shredded' }, recipient: 'gemeente' });
    expect(JSON.parse(entry?.personal.reporter ?? '')).toEqual({ role: 'archivaris', token: by.token });
    expect(JSON.stringify(entry)).not.toMatch(/Blom|u9/);
    expect(outcome.receipt.openings.map(({ name }) => name)).toEqual(['reporter']);
    expect(outcome.request).toMatchObject({ destroyedHow: 'shredded', destructionConfirmedAt: entry?.time });
    expect(world.requests.get(id)).toEqual(outcome.request);
    expect(world.events.filter(({ type }) => type === 'nl.sluis.destruction.reported')).toMatchObject([
      { unit: 'pi', dataref: `/v1/requests/${id}` },
    ]);
  });

  it('is on record once: by the same key, by another one, at once, and after a confirmation or before it', async () => {
    const id = await given();
    const outcomes = await Promise.all([reported(id, 'gemeente', 'one'), reported(id, 'gemeente', 'two')]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['confirmed', 'replayed']);
    expect(await reported(id, 'gemeente', 'one')).toMatchObject({ kind: 'replayed' });
    expect(await confirmed(id)).toMatchObject({ kind: 'replayed', request: { destroyedHow: 'shredded' } });
    expect(reports()).toHaveLength(1);
    const other = await given();
    await confirmed(other);
    // What was said first stays: nobody said how.
    expect(await reported(other)).toMatchObject({ kind: 'replayed', request: { destroyedHow: null } });
    expect(reports()).toHaveLength(1);
  });

  it('is of its recipient alone, and of what was given', async () => {
    const id = await given();
    for (const unit of ['pi', 'buurgemeente']) expect(await reported(id, unit)).toEqual({ kind: 'not-found' });
    const refused = await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
    if (refused.kind !== 'refused') throw new Error(refused.kind);
    expect(await reported(refused.request.id)).toMatchObject({ kind: 'wrong-state' });
    expect(reports()).toEqual([]);
  });

  it('does not take the key of a confirmation', async () => {
    const id = await given();
    await confirmed(id, 'gemeente', 'k');
    expect(await reported(id, 'gemeente', 'k')).toEqual({ kind: 'key-reused' });
  });

  it('is not said while the record cannot be written, and the same call goes on later', async () => {
    const id = await given();
    world.breakNextCommit = 'before';
    await expect(reported(id, 'gemeente', 'k')).rejects.toThrow();
    expect(world.requests.get(id)?.destructionConfirmedAt).toBeNull();
    world.breakNextCommit = 'after';
    await expect(reported(id, 'gemeente', 'k')).rejects.toThrow();
    expect(await reported(id, 'gemeente', 'k')).toMatchObject({ kind: 'replayed' });
    expect(reports()).toHaveLength(1);
  });
});
