import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsentId, Instant, RequestId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import { withdrawConsent } from '../../../src/core/consent/withdraw-consent.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { placeOf, taskOf } from '../../../src/core/disclosure/inbox.ts';
import { listInbox, readInbox } from '../../../src/core/disclosure/read-inbox.ts';
import { isWaiting, requestStates } from '../../../src/core/disclosure/state.ts';
import { awaitedBy } from '../../../src/core/disclosure/waiting.ts';
import type { Unit } from '../../../src/core/partner/partner.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planFields, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { WaitingWorld } from '../../world/waiting-world.ts';
import { withObligations } from '../../world/with-obligations.ts';

const unit = (id: string) => id as UnitId;
const twoPersons = { approval: 'two-persons', approvers: [] } as const;
const set = withObligations(shippedSet(), 'plan-basic-conditions', twoPersons);
const asker = planRequest().onBehalfOf;

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
});

async function waiting(): Promise<RequestId> {
  const call = world.call('gemeente');
  const outcome = await ask(world.ports, call, planRequest());
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  world.people.set(`${call.trace} ${asker.token}`, {
    unit: unit('gemeente'),
    id: asker.id,
    role: asker.role,
    name: asker.name,
  });
  return outcome.request.id;
}

const read = (id: RequestId, by = 'pi') => readInbox(world.ports, unit(by), id);
const list = (by = 'pi', task: 'approval' | 'answer' | null = null, limit = 10) =>
  listInbox(world.ports, unit(by), { task, after: null, limit });

describe('what somebody of the source sees', () => {
  it('is the whole question: about whom, which fields, for what, for whom, why', async () => {
    world.caseReferences = ['PI-17'];
    const id = await waiting();
    const view = await read(id);
    expect(view).toMatchObject({
      request: { id },
      task: 'approval',
      purpose: { id: 'plan-basic-conditions' },
      recipient: { id: 'gemeente' },
      said: {
        justification: 'Plan opstellen voor terugkeer naar de gemeente',
        caseReference: 'ZW-2026-001',
        asker: { name: 'A. de Vries' },
      },
    });
    expect(view?.fields.map(({ id: field }) => field)).toEqual(planFields);
    expect(view?.fields.every(({ label, classes }) => label.nl !== '' && classes.length > 0)).toBe(true);
    expect(view?.subject).toEqual({
      pseudonym: await world.ports.subjects.pseudonym(unit('pi'), view?.request.subject as SubjectId),
      caseReferences: ['PI-17'],
      numbers: { bsn: '900000001' },
    });
  });

  it('never says by what number the recipient keeps its people, nor a name that belongs to another unit', async () => {
    const id = await waiting();
    expect(JSON.stringify((await read(id))?.said)).not.toContain(asker.id);
    for (const [key, kept] of world.people) world.people.set(key, kept && { ...kept, unit: unit('politie') });
    expect((await read(id))?.said?.asker).toMatchObject({ name: null });
    world.people.clear();
    expect((await read(id))?.said?.asker).toMatchObject({ name: null, role: { nl: expect.any(String) } });
  });

  it('says that the reason is gone, where it is', async () => {
    const id = await waiting();
    const journal = { ...world.ports.journal, receipt: async () => null };
    expect(await readInbox({ ...world.ports, journal }, unit('pi'), id)).toMatchObject({ said: null });
  });

  it('has an official number only where a unit of that kind may process it', async () => {
    const id = await waiting();
    const { units: known } = world.ports.registry.current();
    const kinds = [...set.catalogue.partnerKinds.values()].filter(({ mayProcessBsn }) => !mayProcessBsn);
    const [kind] = kinds;
    if (kind === undefined) throw new Error('every kind may');
    const policies = {
      ...world.ports.policies,
      boundTo: () => ({
        ...set,
        catalogue: {
          ...set.catalogue,
          partnerKinds: new Map(
            [...set.catalogue.partnerKinds].map(([id_, each]) => [id_, { ...each, mayProcessBsn: false }] as const),
          ),
        },
      }),
    };
    expect(known.has(unit('pi'))).toBe(true);
    expect((await readInbox({ ...world.ports, policies }, unit('pi'), id))?.subject.numbers).toEqual({});
  });

  it('is what the first of two left', async () => {
    const id = await waiting();
    const body = { decision: 'approved', approver: someUser('p1', 'director', 'F.'), ground: null } as const;
    await approve(world.ports, world.call('pi'), id, { ...body, strike: [planFields[3] as never] });
    const view = await read(id);
    expect(view?.fields.map(({ id: field }) => field)).toEqual(planFields.filter((_, index) => index !== 3));
    expect(view?.request.entry).toBe(world.requests.get(id)?.entry);
  });
});

describe('nobody reads', () => {
  it('what another unit is the source of, its recipient no more than anybody', async () => {
    const id = await waiting();
    for (const other of ['gemeente', 'politie', 'corporatie']) expect(await read(id, other)).toBeNull();
    expect(await read('0192f0c1-2222-7333-8444-555566667777' as RequestId)).toBeNull();
  });

  it('what waits for nobody: in any other state, and once its time is over', async () => {
    const id = await waiting();
    const request = world.requests.get(id);
    if (request === undefined) throw new Error('no request');
    for (const state of requestStates) {
      world.requests.set(id, { ...request, state });
      const isFor = isWaiting(state) && awaitedBy(request, state) === request.source;
      expect([state, (await read(id)) !== null]).toEqual([state, isFor]);
      expect([state, (await list()).length]).toEqual([state, isFor ? 1 : 0]);
      expect([state, taskOf({ state }) !== null]).toEqual([state, isFor]);
    }
    world.requests.set(id, { ...request, dueAt: '2026-01-01T00:00:00.000Z' as Instant });
    expect([await read(id), await list()]).toEqual([null, []]);
  });

  it('what would not be permitted any more at this moment, stopped already or not', async () => {
    const id = await waiting();
    world.bound.set(unit('pi'), null);
    expect(await read(id)).toBeNull();
    world.bound.delete(unit('pi'));
    expect(await read(id)).not.toBeNull();
    for (const [fact, kept] of world.facts) world.facts.set(fact, { ...kept, until: kept.from });
    expect(await read(id)).toBeNull();
  });

  it('what is for a party that is closed', async () => {
    const id = await waiting();
    const { units: known } = world.ports.registry.current();
    const gemeente = known.get(unit('gemeente')) as Unit;
    (known as Map<UnitId, Unit>).set(gemeente.id, { ...gemeente, state: 'suspended' });
    expect(await read(id)).toBeNull();
  });

  it('what rested on a consent that was withdrawn', async () => {
    const waits = await WaitingWorld.open();
    const id = await waits.waiting();
    const { memory } = waits;
    expect(await readInbox(memory.ports, unit('gemeente'), id)).not.toBeNull();
    // Before anybody stopped it: the consent alone has gone.
    const consent = memory.consents.get(waits.consent().id as ConsentId);
    if (consent === undefined) throw new Error('no consent');
    memory.consents.set(consent.id, { ...consent, state: 'withdrawn' });
    expect(await readInbox(memory.ports, unit('gemeente'), id)).toBeNull();
    memory.consents.set(consent.id, consent);
    await withdrawConsent(memory.ports, memory.call('corporatie'), consent.id);
    expect(await readInbox(memory.ports, unit('gemeente'), id)).toBeNull();
  });

  it('what is about nobody', async () => {
    const id = await waiting();
    const request = world.requests.get(id);
    if (request === undefined) throw new Error('no request');
    for (const subject of [null, '0192f0c1-2222-7333-8444-555566667777' as SubjectId]) {
      world.requests.set(id, { ...request, subject });
      expect(await read(id)).toBeNull();
    }
  });
});

describe('the list', () => {
  it('has what waits for one unit, the first to end first, page by page', async () => {
    const ids = [await waiting(), await waiting(), await waiting()];
    for (const [index, id] of ids.entries()) {
      const request = world.requests.get(id);
      if (request === undefined) throw new Error('no request');
      const dueAt = (index === 0 ? null : `2027-01-0${9 - index}T00:00:00.000Z`) as Instant | null;
      world.requests.set(id, { ...request, dueAt });
    }
    const [first, second] = await list('pi', null, 2);
    // Without a deadline it stands where it came in.
    expect([first?.id, second?.id]).toEqual([ids[0], ids[2]]);
    if (second === undefined) throw new Error('no second');
    const rest = await listInbox(world.ports, unit('pi'), { task: null, after: placeOf(second), limit: 2 });
    expect(rest.map(({ id }) => id)).toEqual([ids[1]]);
    expect(await list('gemeente')).toEqual([]);
  });

  it('has only what waits for this, where that is asked', async () => {
    const [approval, answer, partly] = [await waiting(), await waiting(), await waiting()];
    for (const [id, state] of [
      [answer, 'awaiting-source'],
      [partly, 'partly-answered'],
    ] as const) {
      const request = world.requests.get(id);
      if (request !== undefined) world.requests.set(id, { ...request, state });
    }
    expect((await list('pi', 'approval')).map(({ id }) => id)).toEqual([approval]);
    expect((await list('pi', 'answer')).map(({ id }) => id).sort()).toEqual([answer, partly].sort());
    expect(await list('pi')).toHaveLength(3);
  });
});
