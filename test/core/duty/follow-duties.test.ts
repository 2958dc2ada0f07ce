import { beforeEach, describe, expect, it } from 'vitest';
import type { FactId, RequestId } from '../../../src/core/brand.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import type { FactBody } from '../../../src/core/disclosure/operations.ts';
import { followDuties } from '../../../src/core/duty/follow-duties.ts';
import { confirmDestruction } from '../../../src/core/duty/report-destruction.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { confirmFact } from '../../../src/core/fact/confirm-fact.ts';
import { correctFact } from '../../../src/core/fact/correct-fact.ts';
import { disputeFact } from '../../../src/core/fact/dispute-fact.ts';
import { fireTimers } from '../../../src/core/timer/fire-timers.ts';
import { encryptionPair } from '../../world/encryption-keys.ts';
import { at, type MemoryWorld, memoryUnit, memoryWorld } from '../../world/memory-world.ts';
import {
  askConsent,
  detain,
  giveConsent,
  housingAnswer,
  housingRequest,
  planAnswer,
  planRequest,
  units,
} from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

const set = shippedSet();
const nothing = { unit: null, reference: null, attributes: {}, caseReference: null };

let world: MemoryWorld;
beforeEach(async () => {
  const more = [
    memoryUnit('dji', 'prisonService'),
    // What it asks for is sealed.
    { ...memoryUnit('burgemeester', 'mayor'), encryptionKeys: [{ jwk: encryptionPair().jwk, proof: null }] },
    memoryUnit('om', 'prosecution'),
  ];
  world = memoryWorld(set, [...units, ...more]);
  on('2026-11-02T09:00:00.000Z');
  world.answer = async () => planAnswer;
  await detain(world.ports, () => world.call('pi'));
  on('2026-11-10T09:00:00.000Z');
});

function on(instant: string): void {
  world.nowMs = Date.parse(instant);
}

async function attest(by: string, fact: Partial<FactBody> & { readonly type: string }): Promise<FactId> {
  const { subject } = planRequest();
  const from = at('2026-11-05T08:00:00.000Z');
  const outcome = await attestFact(world.ports, world.call(by), { subject, from, until: null, ...nothing, ...fact });
  if (outcome.kind !== 'attested') throw new Error(`not attested: ${JSON.stringify(outcome)}`);
  return outcome.fact.id;
}

async function given(unit: string, request = planRequest({ fields: ['identity.surname'] })): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call(unit), request);
  if (outcome.kind !== 'delivered') throw new Error(`not delivered: ${JSON.stringify(outcome)}`);
  // What is answered is what is on record.
  expect(outcome.request).toEqual(world.requests.get(outcome.request.id));
  return outcome.request.id;
}

const look = () => followDuties(world.ports);
const date = (id: RequestId) => world.requests.get(id)?.held?.retention?.deleteBy ?? null;
/** That it was delivered, its source is told as of any request. */
const told = (about: RequestId) =>
  world.events
    .filter(({ dataref, type }) => dataref === `/v1/requests/${about}` && type !== 'nl.sluis.request.delivered')
    .map(({ unit, type }) => `${unit} ${type.replace('nl.sluis.', '')}`);
const steps = () =>
  world.entries
    .filter(({ kind }) => kind === 'destruction-followed')
    .map(({ body, recipient }) => [recipient, body.step]);

describe('what a recipient got', () => {
  it('by P12 has its date from the disclosure on: nine months after it', async () => {
    await attest('pi', { type: 'involvement', unit: 'dji', attributes: { role: 'responsible-prison-service' } });
    const returns = { type: 'involvement', unit: 'burgemeester', attributes: { role: 'mayor-of-return' } };
    await attest('pi', { ...returns, caseReference: 'BIJ-2027-004' });
    await attest('om', { type: 'final-conviction', attributes: { offence: 'listed' } });
    on('2027-01-31T09:00:00.000Z');
    const asked = { purpose: 'public-order-return', source: 'dji', fields: ['identity.surname'] };
    const onBehalfOf = someUser('u1', 'mayor', 'B. de Boer');
    const subject = { type: 'caseReference', value: 'BIJ-2027-004' } as const;
    const id = await given('burgemeester', planRequest({ ...asked, onBehalfOf, subject }));
    const held = world.requests.get(id)?.held;
    expect(held?.retention?.startedAt).toBe(held?.disclosedAt);
    expect(date(id)?.slice(0, 10)).toBe('2027-10-31');
    expect(steps()).toEqual([]);
  });

  it('until release has none before it, and its date once release has come', async () => {
    const id = await given('pi', planRequest({ source: 'reclassering', fields: ['identity.surname'] }));
    expect(world.requests.get(id)?.held).toMatchObject({ retention: null, lookAt: '2027-02-10T08:00:00.000Z' });
    on('2027-02-10T07:59:00.000Z');
    expect(await look()).toBe(0);
    on('2027-02-10T08:00:00.000Z');
    expect(await look()).toBe(1);
    expect(date(id)).toBe('2037-02-10T08:00:00.000Z');
    expect(steps()).toEqual([['pi', 'dated']]);
    // Its start is told by the timer, to everybody at once.
    await fireTimers(world.ports);
    expect(told(id)).toEqual(['pi retention.started']);
  });

  it('until a decision is taken has its date from the end of the application', async () => {
    await giveConsent(world.ports, await askConsent(world.ports, world.call('gemeente')));
    world.answer = async () => housingAnswer;
    const asked = await ask(world.ports, world.call('corporatie'), housingRequest());
    if (asked.kind !== 'waiting') throw new Error(asked.kind);
    const { id } = asked.request;
    const approver = someUser('u7', 'wooncoach', 'S. Bakker');
    await approve(world.ports, world.call('gemeente'), id, { decision: 'approved', approver, ground: null });
    expect(await collect(world.ports, world.call('corporatie'), id)).toMatchObject({ kind: 'delivered' });
    await look();
    expect(date(id)).toBeNull();
    const application = [...world.facts.values()].find(({ attributes }) => attributes.role === 'housing-applicant');
    const until = at('2026-11-30T08:00:00.000Z');
    on('2026-11-29T08:00:00.000Z');
    const { from = at(''), unit = null, attributes = {} } = application ?? {};
    const correction = { ...nothing, from, until, unit, attributes };
    await correctFact(world.ports, world.call('gemeente'), application?.id ?? ('' as FactId), correction);
    await look();
    expect(date(id)).toBeNull();
    on('2026-11-30T08:00:01.000Z');
    await look();
    expect(date(id)).toBe('2027-02-28T08:00:00.000Z');
    expect(world.requests.get(id)?.held?.sourceKnows).toBe(true);
  });

  it('until the plan closes, and asked for long before it was given, counts from a closing in between', async () => {
    on('2026-11-20T09:00:00.000Z');
    world.answer = async () => {
      on('2026-11-20T09:05:00.000Z');
      world.answer = async () => planAnswer;
      await attest('pi', { type: 'plan-closed', from: at('2026-11-20T09:01:00.000Z') });
      return planAnswer;
    };
    const id = await given('gemeente');
    expect(date(id)).toBe('2027-05-20T09:01:00.000Z');
  });
});

describe('an answer that held nothing', () => {
  it('has no date, whatever its rule says, and nobody is told of one', async () => {
    world.answer = async () => ({});
    const plan = await given('gemeente');
    expect(world.requests.get(plan)).toMatchObject({ decision: { given: { fields: [] } }, held: { lookAt: null } });
    await attest('pi', { type: 'plan-closed', from: at('2026-11-20T08:00:00.000Z') });
    on('2027-12-01T08:00:00.000Z');
    await Promise.all([look(), fireTimers(world.ports)]);
    expect([date(plan), told(plan), steps()]).toEqual([null, [], []]);
  });
});

describe('a fact that changes', () => {
  const closing = () => attest('pi', { type: 'plan-closed', from: at('2026-12-01T08:00:00.000Z') });

  it('moves the date that was reckoned from it, tells the recipient, and reminds anew', async () => {
    const id = await given('gemeente');
    on('2026-12-02T09:00:00.000Z');
    const closed = await closing();
    await look();
    expect(date(id)).toBe('2027-06-01T08:00:00.000Z');
    on('2027-05-03T09:00:00.000Z');
    await look();
    const correction = { ...nothing, from: at('2026-12-20T08:00:00.000Z'), until: null };
    await correctFact(world.ports, world.call('pi'), closed, correction);
    expect(await look()).toBe(1);
    expect(date(id)).toBe('2027-06-20T08:00:00.000Z');
    on('2027-05-21T09:00:00.000Z');
    await look();
    expect(told(id)).toEqual([
      'gemeente destruction.reminder',
      'gemeente retention.changed',
      'gemeente destruction.reminder',
    ]);
    expect(steps().map(([, step]) => step)).toEqual(['dated', 'reminder', 'dated', 'reminder']);
  });

  it('that is disputed takes the date away, and gives it back once it is confirmed', async () => {
    const id = await given('gemeente');
    on('2026-12-02T09:00:00.000Z');
    const closed = await closing();
    await look();
    await disputeFact(world.ports, world.call('gemeente'), closed, 'het plan loopt nog');
    await look();
    expect(date(id)).toBeNull();
    await confirmFact(world.ports, world.call('pi'), closed);
    await look();
    expect(date(id)).toBe('2027-06-01T08:00:00.000Z');
    expect(steps().map(([, step]) => step)).toEqual(['dated', 'undated', 'dated']);
    expect(told(id)).toEqual(['gemeente retention.changed']);
  });

  it('that has nothing to do with it sets nobody looking, and one that changes nothing leaves no trace', async () => {
    const id = await given('gemeente');
    const before = world.requests.get(id);
    await attest('pi', { type: 'conference' });
    expect(world.requests.get(id)).toEqual(before);
    await attest('pi', { type: 'plan-closed', from: at('2026-03-01T08:00:00.000Z') });
    expect(world.requests.get(id)?.held?.lookAt).not.toBeNull();
    expect(await look()).toBe(0);
    expect(world.requests.get(id)).toEqual(before);
    expect(steps()).toEqual([]);
  });

  it('while somebody is looking has it looked at again', async () => {
    const id = await given('gemeente');
    on('2026-12-02T09:00:00.000Z');
    const closed = await closing();
    const { duties } = world.ports;
    const dispute = () => disputeFact(world.ports, world.call('gemeente'), closed, 'het plan loopt nog');
    const facts = {
      ...world.ports.facts,
      of: async (subject: never) => {
        const read = await world.ports.facts.of(subject);
        await dispute();
        return read;
      },
    };
    const [due] = await duties.due(world.ports.clock.now(), 0);
    const once = { ...duties, due: async () => (due === undefined ? [] : [due]) };
    expect(await followDuties({ ...world.ports, facts, duties: once })).toBe(0);
    expect(date(id)).toBeNull();
    await look();
    expect(date(id)).toBeNull();
  });
});

describe('a recipient', () => {
  async function dated(): Promise<RequestId> {
    const id = await given('gemeente');
    on('2026-12-02T09:00:00.000Z');
    await attest('pi', { type: 'plan-closed', from: at('2026-12-01T08:00:00.000Z') });
    await look();
    return id;
  }

  it('is reminded so long before the date, and told on it, each once and on record', async () => {
    const id = await dated();
    for (const day of [
      '2027-05-01',
      '2027-05-02',
      '2027-05-03',
      '2027-05-25',
      '2027-05-26',
      '2027-06-01',
      '2027-07-01',
    ]) {
      on(`${day}T08:00:01.000Z`);
      await look();
      await look();
    }
    expect(told(id)).toEqual([
      'gemeente destruction.reminder',
      'gemeente destruction.reminder',
      'gemeente destruction.due',
    ]);
    expect(steps().map(([, step]) => step)).toEqual(['dated', 'reminder', 'reminder', 'due']);
  });

  it('that destroyed it before its time is reminded of nothing, and no fact brings a date back', async () => {
    const id = await dated();
    expect(await confirmDestruction(world.ports, world.call('gemeente'), id)).toMatchObject({ kind: 'confirmed' });
    on('2027-07-01T08:00:00.000Z');
    await attest('pi', { type: 'plan-closed', from: at('2026-11-15T08:00:00.000Z') });
    expect(await look()).toBe(0);
    expect(told(id)).toEqual(['pi destruction.reported']);
    expect(date(id)).toBe('2027-06-01T08:00:00.000Z');
  });

  it('may destroy it after its time as well, and what was late stays to be seen', async () => {
    const id = await dated();
    on('2027-07-01T08:00:00.000Z');
    await look();
    await confirmDestruction(world.ports, world.call('gemeente'), id);
    const request = world.requests.get(id);
    expect((request?.destructionConfirmedAt ?? '') > (request?.held?.retention?.deleteBy ?? '')).toBe(true);
  });

  it('is not told while the record cannot be written, and is at the next look', async () => {
    const id = await dated();
    on('2027-06-01T08:00:00.000Z');
    world.breakNextCommit = 'before';
    await expect(look()).rejects.toThrow();
    expect(told(id)).toEqual([]);
    await look();
    expect(told(id)).toEqual(['gemeente destruction.due']);
  });
});
