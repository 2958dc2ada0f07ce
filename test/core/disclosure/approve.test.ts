import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId, UnitId } from '../../../src/core/brand.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import { canonical } from '../../../src/core/ledger/canonical.ts';
import type { Receipt } from '../../../src/core/ledger/entry.ts';
import type { Obligations } from '../../../src/core/policy/decision.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { withObligations } from '../../world/with-obligations.ts';

const set = shippedSet();
const purpose = 'plan-basic-conditions';
const doctor = someUser('p1', 'physician', 'D. Visser');
const secondDoctor = someUser('p2', 'physician', 'E. Bos');
const director = someUser('p3', 'director', 'F. Mulder');
const clerk = someUser('p4', 'clerk', 'G. Smit');

let world: MemoryWorld;
let asked: number;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  asked = 0;
  world.answer = async () => {
    asked += 1;
    return planAnswer;
  };
});

/** From now on the prison discloses under a set in which the plan asks this. */
function asks(change: Partial<Obligations>): void {
  world.bound.set('pi' as UnitId, withObligations(set, purpose, change));
}

async function waiting(): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
  if (outcome.kind !== 'waiting') throw new Error(`expected to wait, got ${outcome.kind}`);
  return outcome.request.id;
}

const agree = (id: RequestId, approver: typeof doctor) =>
  approve(world.ports, world.call('pi'), id, { decision: 'approved', approver, ground: null });
const decline = (id: RequestId, approver: typeof doctor) =>
  approve(world.ports, world.call('pi'), id, { decision: 'declined', approver, ground: 'niet nodig' });
const collected = (id: RequestId) => collect(world.ports, world.call('gemeente'), id);
const kinds = () => world.entries.map(({ kind }) => kind).filter((kind) => kind !== 'fact-attested');
const told = () => world.events.map(({ type }) => type).filter((type) => type.startsWith('nl.sluis.request'));

describe('who said so, and why', () => {
  beforeEach(() => asks({ approval: 'source-human', approvers: ['physician'] }));
  const openings = (outcome: { readonly receipt?: Receipt | null }) =>
    outcome.receipt?.openings.map(({ name }) => name);

  it.each(['approved', 'declined'] as const)('is opened to the source alone: %s', async (decision) => {
    const call = world.call('gemeente');
    const first = await ask(world.ports, call, planRequest());
    if (first.kind !== 'waiting') throw new Error(`expected to wait, got ${first.kind}`);
    const said = await (decision === 'approved' ? agree : decline)(first.request.id, doctor);
    if (said.kind !== 'recorded') throw new Error(`expected a record, got ${said.kind}`);
    expect(openings(said)).toEqual(decision === 'approved' ? ['approver'] : ['approver', 'ground']);
    // Whoever asked repeats its key, and the latest entry of its request is what the source said.
    const again = await ask(world.ports, call, planRequest());
    if (again.kind !== 'replayed') throw new Error(`expected a replay, got ${again.kind}`);
    expect(again.receipt?.leaf).toContain(decision === 'approved' ? '"kind":"approval"' : '"kind":"approval-declined"');
    expect(openings(again)).toEqual([]);
  });
});

describe('an approval in a role', () => {
  beforeEach(() => asks({ approval: 'source-human', approvers: ['physician'] }));

  it('counts from somebody in that role, and the data can then be collected', async () => {
    const id = await waiting();
    expect(await agree(id, doctor)).toMatchObject({ kind: 'recorded', request: { state: 'permitted' } });
    expect(await collected(id)).toMatchObject({ kind: 'delivered', answer: { data: planAnswer } });
  });

  it.each([director, clerk, { ...doctor, role: '' }, { ...doctor, role: 'Physician' }])(
    'does not count from anybody else, and leaves no trace: %s',
    async (approver) => {
      const id = await waiting();
      const before = { entries: world.entries.length, request: world.requests.get(id) };
      expect(await agree(id, approver)).toEqual({ kind: 'may-not-approve' });
      expect({ entries: world.entries.length, request: world.requests.get(id) }).toEqual(before);
      expect(await collected(id)).toMatchObject({ kind: 'wrong-state' });
    },
  );

  it('is not needed to say no', async () => {
    const id = await waiting();
    expect(await decline(id, clerk)).toMatchObject({ kind: 'recorded', request: { state: 'declined' } });
  });
});

describe('an approval by two people', () => {
  beforeEach(() => asks({ approval: 'two-persons', approvers: [] }));

  it('waits on after the first and is complete with the second', async () => {
    const id = await waiting();
    expect(await agree(id, doctor)).toMatchObject({ kind: 'recorded', request: { state: 'awaiting-approval' } });
    expect(await collected(id)).toMatchObject({ kind: 'wrong-state' });
    const asked = 'nl.sluis.request.awaiting-approval';
    expect(told()).toEqual([asked, asked]);
    expect(world.events.at(-1)).toMatchObject({ unit: 'pi', dataref: `/v1/requests/${id}` });
    expect(await agree(id, director)).toMatchObject({ kind: 'recorded', request: { state: 'permitted' } });
    expect(told()).toEqual([asked, asked, 'nl.sluis.request.approved']);
    expect(await collected(id)).toMatchObject({ kind: 'delivered' });
    expect(kinds()).toEqual(['notice', 'notice', 'permit', 'approval', 'approval', 'permit', 'disclosure']);
  });

  it('does not count the same person twice, in whatever role', async () => {
    const id = await waiting();
    await agree(id, doctor);
    expect(await agree(id, doctor)).toEqual({ kind: 'may-not-approve' });
    expect(await agree(id, { ...doctor, role: 'director', name: 'Somebody Else' })).toEqual({
      kind: 'may-not-approve',
    });
    expect(world.requests.get(id)).toMatchObject({ state: 'awaiting-approval' });
  });

  it('ends with one no, also after one yes and by the same person', async () => {
    for (const nay of [director, doctor]) {
      const id = await waiting();
      await agree(id, doctor);
      expect(await decline(id, nay)).toMatchObject({ request: { state: 'declined' } });
      expect(await agree(id, secondDoctor)).toMatchObject({ kind: 'wrong-state' });
      expect(await collected(id)).toMatchObject({ kind: 'wrong-state' });
    }
    expect(asked).toBe(0);
  });

  it('counts two who agree at the same moment as two, and one who sends it twice at once as one', async () => {
    const [both, same] = [await waiting(), await waiting()];
    await Promise.all([agree(both, doctor), agree(both, director)]);
    expect(world.requests.get(both)).toMatchObject({ state: 'permitted', approvals: { length: 2 } });
    const outcomes = await Promise.all([agree(same, doctor), agree(same, doctor)]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['may-not-approve', 'recorded']);
    expect(world.requests.get(same)).toMatchObject({ state: 'awaiting-approval', approvals: { length: 1 } });
  });

  it('asks for every role that is named, from a person of its own', async () => {
    asks({ approval: 'two-persons', approvers: ['director', 'physician'] });
    const id = await waiting();
    expect(await agree(id, clerk)).toEqual({ kind: 'may-not-approve' });
    await agree(id, doctor);
    expect(await agree(id, { ...doctor, role: 'director' })).toEqual({ kind: 'may-not-approve' });
    expect(await agree(id, secondDoctor)).toMatchObject({ request: { state: 'awaiting-approval' } });
    expect(await agree(id, director)).toMatchObject({ request: { state: 'permitted' } });
  });

  it('keeps with the request neither who agreed nor for whom was asked', async () => {
    const id = await waiting();
    await agree(id, doctor);
    const kept = world.requests.get(id);
    expect(kept?.approvals).toEqual([{ by: expect.stringMatching(/^keyed\.[A-Za-z0-9_-]{43}$/), role: 'physician' }]);
    for (const word of ['Visser', '"p1"', '"u1"', 'de Vries']) expect(JSON.stringify(kept)).not.toContain(word);
  });
});

describe('whoever a request was made for', () => {
  beforeEach(() => asks({ approval: 'source-human', approvers: [] }));

  it('does not approve it, under whatever name and role', async () => {
    const id = await waiting();
    expect(await agree(id, { ...doctor, id: planRequest().onBehalfOf.id })).toEqual({ kind: 'may-not-approve' });
    expect(await agree(id, doctor)).toMatchObject({ kind: 'recorded' });
  });

  it('must be on record: a request that does not know is approved by nobody', async () => {
    const id = await waiting();
    const request = world.requests.get(id);
    if (request === undefined) throw new Error('no request');
    world.requests.set(id, { ...request, asker: null });
    expect(await agree(id, doctor)).toEqual({ kind: 'may-not-approve' });
    expect(await decline(id, doctor)).toMatchObject({ request: { state: 'declined' } });
  });

  it('must be known by a mark that can be compared: with one of before, nobody approves, the asker neither', async () => {
    const id = await waiting();
    const request = world.requests.get(id);
    if (request === undefined) throw new Error('no request');
    const asker = planRequest().onBehalfOf.id;
    const before = createHash('sha256')
      .update(canonical([id, asker]))
      .digest('base64url');
    world.requests.set(id, { ...request, asker: before });
    expect(await agree(id, { ...doctor, id: asker })).toEqual({ kind: 'may-not-approve' });
    expect(await agree(id, doctor)).toEqual({ kind: 'may-not-approve' });
    world.requests.set(id, { ...request, approvals: [{ by: before, role: 'physician' }] });
    expect(await agree(id, director)).toEqual({ kind: 'may-not-approve' });
    expect(await decline(id, doctor)).toMatchObject({ request: { state: 'declined' } });
  });
});

describe('a unit that is closed while a request waits', () => {
  /** From now on nobody of this unit comes in; what waits is here. */
  const close = (id: string) => {
    const { units: known } = world.ports.registry.current();
    const unit = known.get(id as UnitId);
    if (unit === undefined) throw new RangeError(id);
    (known as Map<UnitId, typeof unit>).set(unit.id, { ...unit, state: 'suspended' });
  };
  beforeEach(() => asks({ approval: 'source-human', approvers: [] }));

  it('is given nothing: the source that approves is told that the basis changed, and nothing is recorded', async () => {
    const [id, approvedBefore] = [await waiting(), await waiting()];
    await agree(approvedBefore, doctor);
    close('gemeente');
    const before = { entries: world.entries.length, request: world.requests.get(id) };
    await expect(agree(id, doctor)).rejects.toMatchObject({ code: 'basis-changed' });
    for (const each of [id, approvedBefore])
      await expect(collected(each)).rejects.toMatchObject({ code: 'basis-changed' });
    expect({ entries: world.entries.length, request: world.requests.get(id) }).toEqual(before);
    expect(asked).toBe(0);
  });

  it('gives nothing: it is not asked for what it approved before', async () => {
    const id = await waiting();
    await agree(id, doctor);
    close('pi');
    await expect(collected(id)).rejects.toMatchObject({ code: 'source-unavailable' });
    expect(asked).toBe(0);
    expect(kinds()).not.toContain('disclosure');
  });
});

describe('an approval under obligations that became heavier', () => {
  it.each([
    ['another role', { approval: 'source-human', approvers: ['director'] }, [director]],
    ['a second person', { approval: 'two-persons', approvers: [] }, [doctor, director]],
  ] as const)('is asked for again where it is %s', async (_, heavier, people) => {
    asks({ approval: 'source-human', approvers: [] });
    const id = await waiting();
    await agree(id, doctor);
    asks(heavier);
    expect(await collected(id)).toMatchObject({
      kind: 'waiting',
      request: { state: 'awaiting-approval', approvals: [] },
    });
    expect(asked).toBe(0);
    expect(told().at(-1)).toBe('nl.sluis.request.awaiting-approval');
    for (const person of people) expect(await agree(id, person)).toMatchObject({ kind: 'recorded' });
    expect(await collected(id)).toMatchObject({ kind: 'delivered' });
  });

  it('gives nothing where that happens while the source answers', async () => {
    asks({ approval: 'source-human', approvers: [] });
    const id = await waiting();
    await agree(id, doctor);
    world.answer = async () => {
      asks({ approval: 'two-persons', approvers: [] });
      return planAnswer;
    };
    await expect(collected(id)).rejects.toMatchObject({ code: 'basis-changed' });
    expect(kinds()).not.toContain('disclosure');
    expect(await collected(id)).toMatchObject({ kind: 'waiting', request: { approvals: [] } });
  });

  it('gives nothing where nobody had to approve when the source was asked', async () => {
    world.answer = async () => {
      asks({ approval: 'source-human', approvers: [] });
      return planAnswer;
    };
    await expect(ask(world.ports, world.call('gemeente'), planRequest())).rejects.toMatchObject({
      code: 'basis-changed',
    });
    expect(kinds()).not.toContain('disclosure');
  });

  it('counts the first of two under what is asked when the second agrees', async () => {
    asks({ approval: 'two-persons', approvers: [] });
    const id = await waiting();
    await agree(id, clerk);
    asks({ approval: 'two-persons', approvers: ['director', 'physician'] });
    expect(await agree(id, doctor)).toMatchObject({ request: { state: 'awaiting-approval' } });
    expect(await agree(id, director)).toMatchObject({ request: { state: 'permitted' } });
  });
});
