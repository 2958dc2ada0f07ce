import { beforeEach, describe, expect, it } from 'vitest';
import type { CorrectionId, RequestId } from '../../../src/core/brand.ts';
import type { CorrectionKind } from '../../../src/core/correction/correction.ts';
import { tellSinceGiven } from '../../../src/core/correction/tell-since-given.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { RequestRecord } from '../../../src/core/disclosure/request.ts';
import { planAnswer, planRequest } from '../../world/personas.ts';
import { type CorrectionWorld, correctionWorld } from './correction-world.ts';

let world: CorrectionWorld;
beforeEach(async () => {
  world = await correctionWorld();
});

/** Asked by the municipality, and corrected while the prison answers; then somebody looks. */
async function correctedMeanwhile(kind: CorrectionKind, meanwhile: () => void = () => undefined) {
  let id: CorrectionId | null = null;
  let before: unknown = null;
  world.answer = async () => {
    id = await world.made({ kind });
    before = [await world.seenBy('gemeente', id), world.eventsFor('gemeente').length];
    meanwhile();
    return planAnswer;
  };
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ fields: ['identity.surname'] }));
  world.answer = async () => planAnswer;
  const told = await tellSinceGiven(world.ports);
  if (id === null) throw new Error('nothing was corrected');
  return { id: id as CorrectionId, before, outcome, told };
}

const kinds = () => world.entries.map(({ kind }) => kind).filter((kind) => kind.startsWith('correction'));
const ways = (id: CorrectionId) => world.corrections.get(id)?.underWay;

async function expectNobodyTold(id: CorrectionId): Promise<void> {
  expect(await world.seenBy('gemeente', id)).toBeNull();
  expect(await world.seenBy('pi', id)).toMatchObject({ correction: { notices: [] } });
  expect(await world.confirmed('gemeente', id)).toEqual({ kind: 'not-found' });
  expect([world.eventsFor('gemeente'), ways(id)]).toEqual([[], []]);
  expect(kinds()).toEqual(['correction-made']);
}

describe('a correction of what is being given', () => {
  it('tells its recipient once it has it, and not before', async () => {
    const { id, before, outcome, told } = await correctedMeanwhile('rectified');
    expect(before).toEqual([null, 0]);
    if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
    expect(told).toBe(1);
    expect(await world.seenBy('gemeente', id)).toMatchObject({
      notice: { requests: [outcome.request.id], fields: ['identity.surname'], confirmedAt: null },
    });
    expect(world.eventsFor('gemeente')).toMatchObject([{ type: 'nl.sluis.correction.made' }]);
    expect(kinds()).toEqual(['correction-made', 'correction-told']);
    expect(await tellSinceGiven(world.ports)).toBe(0);
    expect([ways(id), world.eventsFor('gemeente').length]).toEqual([[], 1]);
  });

  it('gives its recipient the whole time from when it is told', async () => {
    const days = 10 * 86_400_000;
    const { id } = await correctedMeanwhile('rectified', () => {
      world.nowMs += days;
    });
    const [correction, view] = [world.corrections.get(id), await world.seenBy('gemeente', id)];
    if (view?.for !== 'recipient' || correction === undefined) throw new Error('not told');
    expect(Date.parse(view.notice.dueAt) - Date.parse(correction.madeAt)).toBeGreaterThan(
      14 * 86_400_000 + days - 1000,
    );
  });

  it('says nothing of a restriction to whom it takes the answer from: it reads as about nobody', async () => {
    const { id, outcome, told } = await correctedMeanwhile('restricted');
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    expect(told).toBe(0);
    await expectNobodyTold(id);
  });

  it.each(['rectified', 'erased', 'restricted'] as const)(
    'tells nothing to whom nothing is given of what waited: %s',
    async (kind) => {
      const first = await world.given('gemeente', { fields: ['identity.surname'] });
      const waiting = { ...first, state: 'answered', held: null } as const;
      world.requests.set(first.id, waiting);
      const id = await world.made({ kind });
      expect(await tellSinceGiven(world.ports)).toBe(0);
      expect(ways(id)).toEqual([first.id]);
      // Nobody collected it, or its consent was withdrawn meanwhile.
      world.requests.set(first.id, { ...waiting, state: 'withdrawn' });
      expect(await tellSinceGiven(world.ports)).toBe(0);
      await expectNobodyTold(id);
    },
  );

  it('asks a recipient that confirmed before again, and leaves one that did not its time', async () => {
    const first = await world.given('gemeente', { fields: ['identity.surname'] });
    const late = (request: RequestRecord, state: RequestRecord['state']): RequestRecord => {
      const id = world.ports.entropy.id() as RequestId;
      const held = state === 'delivered' ? request.held : null;
      return { ...request, id, state, held };
    };
    const [one, two] = [late(first, 'answered'), late(first, 'answered')];
    for (const request of [one, two]) world.requests.set(request.id, request);
    const id = await world.made();
    expect(await world.seenBy('gemeente', id)).toMatchObject({ notice: { requests: [first.id] } });
    await world.confirmed('gemeente', id);
    expect(await tellSinceGiven(world.ports)).toBe(0);
    const collect = async (request: RequestRecord) => {
      world.requests.set(request.id, { ...request, state: 'delivered', held: first.held });
      expect(await tellSinceGiven(world.ports)).toBe(1);
      const view = await world.seenBy('gemeente', id);
      if (view?.for !== 'recipient') throw new Error('not told');
      return view.notice;
    };
    const again = await collect(one);
    expect(again).toMatchObject({ requests: [first.id, one.id], fields: ['identity.surname'], confirmedAt: null });
    const more = await collect(two);
    expect(more).toMatchObject({ requests: [first.id, one.id, two.id], dueAt: again.dueAt, lookAt: again.lookAt });
    expect(await world.confirmed('gemeente', id)).toMatchObject({ kind: 'confirmed' });
    expect(ways(id)).toEqual([]);
  });

  it.each([
    { state: 'fetching' },
    { state: 'answered', direction: 'push' },
    { state: 'awaiting-approval', direction: 'push' },
  ] as const)('reaches past who destroyed its copy only whoever gets something from there: $state', async (coming) => {
    const first = await world.given('gemeente', { fields: ['identity.surname'] });
    world.requests.set(first.id, { ...first, destructionConfirmedAt: first.movedAt });
    const next: RequestRecord = {
      ...first,
      id: world.ports.entropy.id() as RequestId,
      source: 'gemeente' as RequestRecord['source'],
      recipient: 'corporatie' as RequestRecord['recipient'],
      decision: { ...first.decision, obtained: { 'identity.surname': [first.purpose] } as never },
      ...coming,
      held: null,
    };
    world.requests.set(next.id, next);
    const id = await world.made();
    expect(await tellSinceGiven(world.ports)).toBe(0);
    const [, passed] = [...world.corrections.keys()];
    if (passed === undefined) throw new Error('nothing was passed on');
    expect(await world.seenBy('corporatie', passed)).toBeNull();
    const pending = await world.seenBy('pi', id);
    expect(pending?.for === 'source' && pending.onward.get('gemeente')).toMatchObject([{ isConfirmed: false }]);
    world.requests.set(next.id, { ...next, state: 'delivered', held: first.held });
    expect(await tellSinceGiven(world.ports)).toBe(1);
    expect(await world.seenBy('corporatie', passed)).toMatchObject({ notice: { requests: [next.id] } });
  });

  it('forgets what went with the person', async () => {
    const first = await world.given('gemeente', { fields: ['identity.surname'] });
    world.requests.set(first.id, { ...first, state: 'answered', held: null });
    const id = await world.made();
    world.requests.delete(first.id);
    expect(await tellSinceGiven(world.ports)).toBe(0);
    expect(ways(id)).toEqual([]);
  });
});
