import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldId, PurposeId, RequestId, UnitId } from '../../../src/core/brand.ts';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import { readInbox } from '../../../src/core/disclosure/read-inbox.ts';
import { wakeRequests } from '../../../src/core/disclosure/wake.ts';
import { coordinator, InboxWorld, planner } from '../../world/inbox-world.ts';
import type { MemoryWorld } from '../../world/memory-world.ts';
import { mayor, OfferWorld } from '../../world/offer-world.ts';
import { planAnswer } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { withObligations } from '../../world/with-obligations.ts';

const surname = 'identity.surname' as FieldId;

/** Its source says that one field of the person may not be used for now. */
async function restrict(memory: MemoryWorld, source: string, field: FieldId): Promise<void> {
  const body = {
    ...{ subject: { type: 'bsn' as const, value: '900000041' }, kind: 'restricted' as const, fields: [field] },
    ...{ ground: 'de persoon betwist dit', corrects: null, rightsRequest: null, by: planner },
  };
  expect(await makeCorrection(memory.ports, memory.call(source), body)).toMatchObject({ kind: 'made' });
}

describe('an answer of which one field is not permitted any more', () => {
  let world: InboxWorld;
  beforeEach(async () => {
    world = await InboxWorld.open();
  });

  it.each([
    ['whole', {}],
    ['given in part', { data: { [surname]: 'Ebbink' }, complete: false }],
  ])('is stopped before anybody collects it: %s', async (_, given) => {
    const id = await world.answered(given);
    await world.look();
    await restrict(world.memory, 'pi', surname);
    await world.look();
    expect(world.memory.requests.get(id)).toMatchObject({ state: 'withdrawn', stoppedFor: 'restriction' });
    expect(world.memory.answers).toEqual([]);
    expect([world.told('pi').at(-1), world.told('gemeente').at(-1)]).toEqual(['stopped', 'ended']);
    expect(world.kindsOf(id).at(-1)).toBe('request-stopped');
  });

  it.each([
    ['answered', { data: { [surname]: 'Ebbink' }, complete: true }],
    ['partly-answered', { data: { [surname]: 'Ebbink' }, complete: false }],
  ] as const)('waits on where it does not hold that field: %s', async (state, given) => {
    const id = await world.answered(given);
    await restrict(world.memory, 'pi', 'housing.priorSituation' as FieldId);
    await world.look();
    expect(world.stateOf(id)).toBe(state);
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'handed-over', parts: [{ fields: [surname] }] });
  });

  it('waits on where nobody gave anything yet, for what is left', async () => {
    const id = await world.waiting();
    await restrict(world.memory, 'pi', surname);
    await world.look();
    const { [surname]: _, ...left } = planAnswer;
    expect(await world.acts.answer(id, { data: left })).toMatchObject({ kind: 'recorded' });
  });

  it.each([
    ['asks for somebody who did not agree', { approval: 'source-human', approvers: [] }],
    ['lets the gateway see nothing of it', { seal: 'end-to-end' }],
  ] as const)('is stopped where its policy by now %s', async (_, obligations) => {
    const id = await world.answered();
    await world.look();
    world.asks(obligations);
    world.memory.wakes.set(id, world.ports.clock.now());
    await world.look();
    expect(world.memory.requests.get(id)).toMatchObject({ state: 'withdrawn', stoppedFor: 'policy' });
    expect(await world.acts.collect(id, undefined, coordinator)).toMatchObject({ kind: 'refused' });
  });
});

describe('an offer of which one field is not permitted any more', () => {
  let world: OfferWorld;
  beforeEach(() => {
    world = new OfferWorld();
  });

  const offered = async (): Promise<RequestId> => {
    const id = await world.offered();
    await wakeRequests(world.memory.ports);
    await restrict(world.memory, 'dji', surname);
    return id;
  };
  const stopped = { state: 'withdrawn', stoppedFor: 'restriction' };

  it('is stopped before its recipient accepts it', async () => {
    const id = await offered();
    await wakeRequests(world.memory.ports);
    expect(world.memory.requests.get(id)).toMatchObject(stopped);
    expect([world.memory.answers, world.told('burgemeester').at(-1)]).toEqual([[], 'ended']);
    expect(await world.collect(id, mayor)).toMatchObject({ kind: 'refused' });
  });

  it('is stopped, and read by nobody, while it waits for the second of two', async () => {
    const two = { approval: 'two-persons', approvers: [] } as const;
    const set = withObligations(shippedSet(), 'public-order-return' as PurposeId, two);
    world.memory.bound.set('dji' as UnitId, set);
    const id = await offered();
    expect(world.memory.requests.get(id)?.state).toBe('awaiting-approval');
    expect(await readInbox(world.memory.ports, 'dji' as UnitId, id)).toBe(null);
    await wakeRequests(world.memory.ports);
    expect(world.memory.requests.get(id)).toMatchObject(stopped);
    expect([world.memory.answers, world.told('burgemeester')]).toEqual([[], []]);
  });
});
