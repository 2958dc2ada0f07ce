import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsentId, FieldId, RequestId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import { requestConsent } from '../../../src/core/consent/request-consent.ts';
import { withdrawOwnConsent } from '../../../src/core/consent/withdraw-consent.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import type { ConsentBody } from '../../../src/core/disclosure/operations.ts';
import type { RequestBody } from '../../../src/core/disclosure/request.ts';
import { wakeRequests } from '../../../src/core/disclosure/wake.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import type { SubjectReference } from '../../../src/core/subject/reference.ts';
import { at, type MemoryWorld, memoryUnit, memoryWorld } from '../../world/memory-world.ts';
import { applyForHousing, detain, giveConsent, housingAnswer, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

const set = shippedSet();
const care = [memoryUnit('zorg', 'careProvider'), memoryUnit('medische-dienst', 'prisonMedicalService')];
const person = planRequest().subject;

let world: MemoryWorld;
let subject: SubjectId;
beforeEach(async () => {
  world = memoryWorld(set, [...units, ...care]);
  world.answer = async () => ({ ...housingAnswer, 'identity.surname': 'Ebbink' });
  await detain(world.ports, () => world.call('pi'));
  subject = world.know(person.type, person.value);
});

/** As this unit knows them. */
async function knownTo(unit: string): Promise<SubjectReference> {
  return { type: 'pseudonym', value: await world.ports.subjects.pseudonym(unit as UnitId, subject) };
}

/** Asked of the person, who has not decided yet. */
async function open(caller: string, body: Partial<ConsentBody>): Promise<ConsentId> {
  const asked = await requestConsent(world.ports, world.call(caller), {
    subject: await knownTo(caller),
    kind: 'consent',
    source: 'gemeente',
    recipient: 'corporatie',
    purpose: 'housing-placement',
    categories: ['housing'],
    validUntil: at('2027-06-01T00:00:00.000Z'),
    language: 'nl',
    caseReference: null,
    ...body,
  });
  if (asked.kind !== 'requested') throw new Error(asked.kind);
  return asked.consent.id;
}

async function given(categories: readonly string[] = ['housing']): Promise<ConsentId> {
  const id = await open('gemeente', { categories });
  await giveConsent(world.ports, id);
  return id;
}

async function withdraw(id: ConsentId): Promise<void> {
  expect(await withdrawOwnConsent(world.ports, subject, id, world.ports.entropy.trace())).toBe(true);
  await wakeRequests(world.ports);
}

async function asked(unit: string, body: Partial<RequestBody>): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call(unit), planRequest({ subject: await knownTo(unit), ...body }));
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  return outcome.request.id;
}

const approvedBy = (unit: string, id: RequestId, role: string) =>
  approve(world.ports, world.call(unit), id, {
    ...({ decision: 'approved', ground: null } as const),
    approver: someUser('a1', role, 'B. Bakker'),
  });

const stateOf = (id: RequestId) => world.requests.get(id)?.state;
const stopsOf = (id: RequestId) =>
  world.entries.filter(({ kind, body }) => kind === 'request-stopped' && body.request === id).length;

describe('a home', () => {
  beforeEach(() => applyForHousing(world.ports, world.call('gemeente')));

  const askHome = (fields: string[] = ['housing.need']) =>
    asked('corporatie', { purpose: 'housing-placement', source: 'gemeente', fields });
  const approved = async (id: RequestId) =>
    expect(await approvedBy('gemeente', id, 'woonconsulent')).toMatchObject({ kind: 'recorded' });
  const collected = (id: RequestId) => collect(world.ports, world.call('corporatie'), id);

  it('is asked for on: what of another category is withdrawn takes nothing from it', async () => {
    const name = await given(['identity']);
    await given(['housing']);
    const id = await askHome();
    await withdraw(name);
    expect([stateOf(id), stopsOf(id)]).toEqual(['awaiting-approval', 0]);
    await approved(id);
    expect(await collected(id)).toMatchObject({ kind: 'delivered' });
  });

  it('is asked for on, without the field whose consent is withdrawn, also after another yes to it', async () => {
    const name = await given(['identity']);
    await given(['housing']);
    const id = await askHome(['identity.surname', 'housing.need']);
    await withdraw(name);
    expect([stateOf(id), stopsOf(id)]).toEqual(['awaiting-approval', 0]);
    await approved(id);
    await given(['identity']);
    await wakeRequests(world.ports);
    expect([stateOf(id), stopsOf(id)]).toEqual(['permitted', 0]);
    expect(await collected(id)).toMatchObject({
      kind: 'delivered',
      answer: { data: { 'housing.need': expect.anything() } },
    });
    const { permitted } = world.requests.get(id)?.decision ?? {};
    expect(permitted).toEqual(['housing.need'] as FieldId[]);
  });

  it('is asked for no more once any of several consents to the same is withdrawn', async () => {
    const first = await given();
    await given();
    const id = await askHome();
    await withdraw(first);
    expect(world.requests.get(id)).toMatchObject({ state: 'withdrawn', stoppedFor: 'consent' });
    expect(stopsOf(id)).toBe(1);
  });

  it('is given on the consent under which it was approved, whatever else the person says yes to', async () => {
    const early = await open('gemeente', {});
    await given();
    const id = await askHome();
    await approved(id);
    await giveConsent(world.ports, early);
    await wakeRequests(world.ports);
    expect([stateOf(id), stopsOf(id)]).toEqual(['permitted', 0]);
    expect(await collected(id)).toMatchObject({ kind: 'delivered' });
    expect(world.entries.some(({ kind }) => kind === 'disclosure')).toBe(true);
  });

  it('is not given on a later consent, once the one under which it was approved is withdrawn', async () => {
    const early = await open('gemeente', {});
    const first = await given();
    const id = await askHome();
    await approved(id);
    await giveConsent(world.ports, early);
    await withdraw(first);
    expect(stateOf(id)).toBe('withdrawn');
  });
});

describe('treatment that is taken over, by virtue of the law', () => {
  const purpose = 'care-continuity';
  const between = { source: 'medische-dienst', recipient: 'zorg', purpose } as const;
  const waiver = () => open('zorg', { ...between, kind: 'waiver', categories: ['medical'] });
  const askCare = () =>
    asked('zorg', {
      ...{ purpose, source: 'medische-dienst', fields: ['medical.medication'] },
      onBehalfOf: someUser('u1', 'physician', 'H. Huisarts'),
    });

  async function involve(by: string, unit: string, role: string): Promise<void> {
    const fact = { type: 'involvement', unit, attributes: { role }, reference: null, caseReference: null };
    const from = at('2026-11-02T08:00:00.000Z');
    const body = { subject: await knownTo(by), from, until: null, ...fact };
    expect(await attestFact(world.ports, world.call(by), body)).toMatchObject({ kind: 'attested' });
  }

  beforeEach(async () => {
    await involve('pi', 'medische-dienst', 'treating-care-provider');
    await involve('medische-dienst', 'zorg', 'joining-care-provider');
  });

  it('goes on when a waiver is withdrawn that nobody had given: its recipient learns nothing', async () => {
    const open = await waiver();
    const id = await askCare();
    const told = world.events.length;
    await withdraw(open);
    expect([stateOf(id), stopsOf(id)]).toEqual(['awaiting-approval', 0]);
    expect(world.events.slice(told).filter(({ type }) => type.startsWith('nl.sluis.request.'))).toEqual([]);
    expect(await approvedBy('medische-dienst', id, 'physician')).toMatchObject({ kind: 'recorded' });
  });

  it('goes on when the person gives the waiver too, and when they take it back', async () => {
    await involve('pi', 'zorg', 'treating-care-provider');
    const open = await waiver();
    const id = await askCare();
    await giveConsent(world.ports, open);
    await wakeRequests(world.ports);
    expect([stateOf(id), stopsOf(id)]).toEqual(['awaiting-approval', 0]);
    expect(await approvedBy('medische-dienst', id, 'physician')).toMatchObject({ kind: 'recorded' });
    await withdraw(open);
    expect([stateOf(id), stopsOf(id)]).toEqual(['permitted', 0]);
  });
});
