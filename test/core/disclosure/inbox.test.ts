import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldId, RequestId, UnitId } from '../../../src/core/brand.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { endFact } from '../../../src/core/fact/end-fact.ts';
import { inboxUnits } from '../../world/inbox-units.ts';
import { InboxWorld } from '../../world/inbox-world.ts';
import { memoryUnit } from '../../world/memory-world.ts';
import { planAnswer, planFields, stranger, units } from '../../world/personas.ts';
import { someUser } from '../../world/some-user.ts';

const doctor = someUser('p9', 'physician', 'E. Bos');
const surname = 'identity.surname';
const inbox = { connector: { type: 'inbox' } } as const;

let world: InboxWorld;
beforeEach(async () => {
  world = await InboxWorld.open();
});

/** Nothing of it was kept, and nothing is on record of it. */
async function leavesNothing(id: RequestId, attempt: () => Promise<unknown>): Promise<unknown> {
  const before = [world.memory.entries.length, world.memory.answers.length, world.memory.requests.get(id)];
  const outcome = await attempt();
  expect([world.memory.entries.length, world.memory.answers.length, world.memory.requests.get(id)]).toEqual(before);
  return outcome;
}

async function nobodyInvolved(): Promise<void> {
  const fact = [...world.memory.facts.values()].find(({ attributes }) => attributes.role === 'residence-municipality');
  if (fact === undefined) throw new Error('nobody is involved');
  await endFact(world.ports, world.memory.call('pi'), fact.id, world.ports.clock.now());
}

describe('a request to a source whose people answer', () => {
  it('waits for them, until the deadline of the purpose', async () => {
    const id = await world.waiting();
    expect(world.kindsOf(id)).toEqual(['permit', 'source-asked']);
    expect(world.told('pi')).toEqual(['awaiting-answer']);
    const { state, dueAt, movedAt } = world.memory.requests.get(id) ?? {};
    expect(state).toBe('awaiting-source');
    expect(Date.parse(dueAt ?? '') - Date.parse(movedAt ?? '')).toBe(14 * 86_400_000);
  });

  it('waits for approval first where the policy asks for that', async () => {
    world.asks({ approval: 'source-human', approvers: ['physician'] });
    const id = await world.waiting();
    expect(world.stateOf(id)).toBe('awaiting-approval');
    expect(await world.acts.answer(id)).toMatchObject({ kind: 'wrong-state' });
    const agreed = { decision: 'approved', approver: doctor, ground: null } as const;
    expect(await approve(world.ports, world.memory.call('pi'), id, agreed)).toMatchObject({
      request: { state: 'awaiting-source' },
    });
    expect(world.told('pi')).toEqual(['awaiting-approval', 'awaiting-answer']);
    expect(world.told('gemeente')).toEqual(['approved']);
    expect(await world.acts.answer(id)).toMatchObject({ kind: 'recorded', request: { state: 'answered' } });
  });

  it.each([
    ['to whom nothing can be sealed', units.map((u) => (u.id === 'pi' ? memoryUnit('pi', 'prison', inbox) : u)), {}],
    ['whose policy asks for a seal of the source itself', inboxUnits(), { seal: 'end-to-end' } as const],
  ])('fails before anybody is asked for a recipient %s', async (_, parties, asks) => {
    world = await InboxWorld.open(parties);
    world.asks(asks);
    await expect(world.acts.ask()).rejects.toMatchObject({ code: 'seal-impossible' });
    expect([...world.memory.requests.values()].map(({ state }) => state)).toEqual(['failed']);
    expect(world.told('pi')).not.toContain('awaiting-answer');
  });
});

describe('an answer', () => {
  it('is kept sealed, and told to whoever asked', async () => {
    const id = await world.answered();
    expect(world.stateOf(id)).toBe('answered');
    expect(world.told('gemeente')).toEqual(['answered']);
    expect(world.kindsOf(id)).toEqual(['permit', 'source-asked', 'source-answered']);
    expect(world.memory.answers).toMatchObject([{ request: id, category: null, fields: planFields, jwe: 'a.b.c.d.e' }]);
    expect(JSON.stringify([world.memory.answers, world.memory.entries])).not.toContain('Ebbink');
  });

  it('in parts waits on for the rest, each field once, under the deadline that it had', async () => {
    const id = await world.waiting();
    const { dueAt } = world.memory.requests.get(id) ?? {};
    const first = await world.acts.answer(id, { data: { [surname]: 'Ebbink' }, complete: false });
    expect(first).toMatchObject({ kind: 'recorded', request: { state: 'partly-answered', dueAt } });
    const again = () => world.acts.answer(id, { data: { [surname]: 'Ebbink' }, complete: false });
    expect(await leavesNothing(id, again)).toMatchObject({
      kind: 'invalid',
      code: 'answered-before',
      member: `data/${surname}`,
    });
    const { [surname]: _, ...rest } = planAnswer;
    // Nothing is left to say: that it is complete need not be said.
    expect(await world.acts.answer(id, { data: rest, complete: false })).toMatchObject({
      request: { state: 'answered' },
    });
    expect(world.told('gemeente')).toEqual(['partly-answered', 'answered']);
    expect(await world.acts.collect(id)).toMatchObject({
      kind: 'handed-over',
      parts: [{ fields: [surname] }, { fields: planFields.filter((field) => field !== surname) }],
    });
  });

  it('of which there is no more may say just that', async () => {
    const id = await world.waiting();
    expect(await leavesNothing(id, () => world.acts.answer(id, { data: {}, complete: false }))).toMatchObject({
      kind: 'invalid',
      code: 'nothing-said',
    });
    expect(await world.acts.answer(id, { data: {} })).toMatchObject({ request: { state: 'answered' } });
    expect(await world.acts.collect(id)).toMatchObject({ kind: 'handed-over', parts: [{ fields: [] }] });
  });

  it.each([
    ['a field that was not asked', { 'housing.need': 'woning' }, 'not-permitted', 'data/housing.need'],
    ['what is no field at all', { 'jorn.ebbink': 'x' }, 'not-permitted', 'data/?'],
    ['a field of another form', { 'identity.birthDate': 'ooit' }, 'wrong-form', 'data/identity.birthDate'],
    ['a field that is null', { 'identity.birthDate': null }, 'wrong-form', 'data/identity.birthDate'],
  ])('with %s is refused whole, named and without its value', async (_, wrong, code, member) => {
    const id = await world.waiting();
    const outcome = await leavesNothing(id, () => world.acts.answer(id, { data: { ...planAnswer, ...wrong } }));
    expect(outcome).toMatchObject({ kind: 'invalid', code, member });
    expect(JSON.stringify(outcome)).not.toMatch(/woning|ooit|ebbink/i);
    if (code === 'wrong-form') {
      const problem = { nl: expect.stringContaining('een datum die'), en: expect.stringContaining('a date that') };
      expect(outcome).toMatchObject({ problem });
    }
  });

  it('with more than is permitted by now is refused, whatever was permitted before', async () => {
    const id = await world.waiting();
    const request = world.memory.requests.get(id);
    if (request === undefined) throw new Error('no request');
    const less = request.decision.permitted.filter((field) => field !== (surname as FieldId));
    world.memory.requests.set(id, { ...request, decision: { ...request.decision, permitted: less } });
    expect(await leavesNothing(id, () => world.acts.answer(id))).toMatchObject({
      kind: 'invalid',
      member: `data/${surname}`,
    });
  });

  it.each([
    ['another whom the gateway knows', true],
    ['somebody whom nobody knows', false],
  ])('about %s is refused the same way, and nothing of it is kept', async (_, known) => {
    if (known) world.memory.know('bsn', stranger.value);
    const id = await world.waiting();
    expect(await leavesNothing(id, () => world.acts.answer(id, { subject: stranger }))).toEqual({
      kind: 'other-person',
    });
  });

  it('by anybody but its source is about a request that does not exist', async () => {
    const id = await world.waiting();
    for (const unit of ['gemeente', 'reclassering', 'politie']) {
      const outcome = await leavesNothing(id, () => world.acts.answer(id, {}, world.memory.call(unit)));
      expect(outcome).toEqual({ kind: 'not-found' });
    }
  });

  it('to a request that was refused is about one that does not exist', async () => {
    const outcome = await world.acts.ask({ ...world.memory.call('buurgemeente') });
    if (outcome.kind !== 'refused') throw new Error(outcome.kind);
    expect(await world.acts.answer(outcome.request.id)).toEqual({ kind: 'not-found' });
  });

  it('is taken once: again with its key it is what it was, with another key it is too late', async () => {
    const id = await world.waiting();
    const call = world.memory.call('pi', 'sleutel');
    await world.acts.answer(id, {}, call);
    expect(await leavesNothing(id, () => world.acts.answer(id, {}, call))).toMatchObject({ kind: 'replayed' });
    const other = world.memory.call('pi', 'sleutel', 'andere inhoud');
    expect(await world.acts.answer(id, {}, other)).toEqual({ kind: 'key-reused' });
    expect(await leavesNothing(id, () => world.acts.answer(id))).toMatchObject({ kind: 'wrong-state' });
  });

  it('of two at once is one, and of two parts at once both', async () => {
    const [whole, parts] = [await world.waiting(), await world.waiting()];
    const both = await Promise.all([world.acts.answer(whole), world.acts.answer(whole)]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['recorded', 'wrong-state']);
    const one = { data: { [surname]: 'Ebbink' }, complete: false };
    const other = { data: { 'identity.givenNames': 'Jorn' }, complete: false };
    await Promise.all([world.acts.answer(parts, one), world.acts.answer(parts, other)]);
    const kept = world.memory.answers.filter(({ request }) => request === parts);
    expect(kept.flatMap(({ fields }) => fields).sort()).toEqual(['identity.givenNames', surname]);
  });

  it('after the deadline is not taken, and ends nothing: the clock by which it is late may be ahead', async () => {
    const part = { data: { [surname]: 'Ebbink' }, complete: false };
    const [none, some] = [await world.waiting(), await world.answered(part)];
    world.memory.nowMs += 15 * 86_400_000;
    const late = { data: { 'identity.givenNames': 'Jorn' } };
    for (const id of [none, some]) {
      expect(await world.acts.answer(id, late)).toMatchObject({ kind: 'wrong-state', request: { id } });
    }
    expect([world.stateOf(none), world.stateOf(some)]).toEqual(['awaiting-source', 'partly-answered']);
    expect(world.memory.answers.map(({ request }) => request)).toEqual([some]);
  });

  it('to what is not permitted any more stops it: nobody gives it', async () => {
    const id = await world.waiting();
    await nobodyInvolved();
    expect(await world.acts.answer(id)).toMatchObject({ kind: 'wrong-state', request: { state: 'withdrawn' } });
    expect(world.memory.answers).toEqual([]);
    expect(world.told('gemeente')).toEqual(['ended']);
  });

  it('where more people must agree by now waits for those', async () => {
    const id = await world.waiting();
    world.asks({ approval: 'source-human' });
    expect(await world.acts.answer(id)).toMatchObject({ request: { state: 'awaiting-approval' } });
    expect(world.memory.answers).toEqual([]);
    expect(world.told('pi')).toEqual(['awaiting-answer', 'awaiting-approval']);
  });

  it('is not taken for a recipient whose key has gone meanwhile', async () => {
    const id = await world.waiting();
    const registry = world.ports.registry.current();
    const gemeente = registry.units.get('gemeente' as UnitId);
    if (gemeente === undefined) throw new Error('no unit');
    (registry.units as Map<UnitId, typeof gemeente>).set(gemeente.id, { ...gemeente, encryptionKeys: [] });
    const attempt = leavesNothing(id, () => world.acts.answer(id));
    await expect(attempt).rejects.toMatchObject({ code: 'seal-impossible' });
  });
});

describe('a source that does not answer', () => {
  it('says why to its own record alone', async () => {
    const id = await world.waiting();
    const outcome = await world.acts.decline(id);
    if (outcome.kind !== 'recorded') throw new Error(outcome.kind);
    expect(outcome.request.state).toBe('declined');
    expect(outcome.receipt.openings.map(({ name }) => name).sort()).toEqual(['decliner', 'ground']);
    expect(world.told('gemeente')).toEqual(['declined']);
    expect(await world.acts.answer(id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('does not take back what it gave in part', async () => {
    const id = await world.answered({ data: { [surname]: 'Ebbink' }, complete: false });
    expect(await world.acts.decline(id)).toMatchObject({ kind: 'wrong-state', request: { state: 'partly-answered' } });
  });

  it('in time leaves whoever asked with nothing, or with what came in part', async () => {
    const [none, part] = [await world.waiting(), await world.answered({ data: { [surname]: 'E' }, complete: false })];
    world.memory.nowMs += 15 * 86_400_000;
    await world.look();
    expect([world.stateOf(none), world.stateOf(part)]).toEqual(['expired', 'answered']);
    expect(world.kindsOf(part).at(-1)).toBe('answer-closed');
    expect(await world.acts.answer(part, { data: { 'identity.givenNames': 'Jorn' } })).toMatchObject({
      kind: 'wrong-state',
    });
    expect(await world.acts.collect(part)).toMatchObject({ kind: 'handed-over', parts: [{ fields: [surname] }] });
  });

  it('is reminded, and told to turn to others before the end', async () => {
    await world.waiting();
    for (const days of [8, 4, 1.5]) {
      world.memory.nowMs += days * 86_400_000;
      await world.look();
    }
    expect(world.told('pi')).toEqual(['awaiting-answer', 'reminded', 'reminded', 'escalated']);
  });
});
