import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldId, PurposeId, RequestId, RightsRequestId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import type { CorrectionBody } from '../../../src/core/correction/ports.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { RequestRecord } from '../../../src/core/disclosure/request.ts';
import { readLeaf } from '../../../src/core/ledger/leaf.ts';
import { openingsFor } from '../../../src/core/ledger/reader.ts';
import { decideRightsRequest, readRightsRequest } from '../../../src/core/rights/decide-rights-request.ts';
import { followRights } from '../../../src/core/rights/follow-rights.ts';
import { givenOf, makeRightsRequest, type RightsBody } from '../../../src/core/rights/make-rights-request.ts';
import { leftToDo } from '../../../src/core/rights/rights-request.ts';
import { type MemoryWorld, memoryUnit, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

const set = shippedSet();
const by = someUser('u5', 'casemanager', 'S. de Boer');
let world: MemoryWorld;
let request: RequestRecord;
beforeEach(async () => {
  world = memoryWorld(set, [...units, memoryUnit('zorg', 'careProvider')]);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  request = outcome.request;
});

const said: RightsBody = { field: 'identity.surname', wish: 'correct', statement: 'Mijn naam is Ebbing' };
const make = (more: Partial<RightsBody> = {}, subject = request.subject as SubjectId, id: RequestId = request.id) =>
  makeRightsRequest(
    world.ports,
    subject,
    id,
    { ...said, ...more },
    { trace: world.ports.entropy.trace(), by: 'subject' },
  );

async function made(more: Partial<RightsBody> = {}): Promise<RightsRequestId> {
  const before = new Set(world.rights.keys());
  expect(await make(more)).toBe('made');
  const id = [...world.rights.keys()].find((one) => !before.has(one));
  if (id === undefined) throw new Error('nothing was made');
  return id;
}

const decide = (id: RightsRequestId, decision: 'upheld' | 'dismissed' = 'upheld', unit = 'pi', key?: string) =>
  decideRightsRequest(world.ports, world.call(unit, key), id, { decision, ground: 'Nagekeken in de registratie', by });
const seenBy = (unit: string, id: RightsRequestId) => readRightsRequest(world.ports, world.call(unit), id);
const correct = (rightsRequest: string, unit = 'pi', changes: Partial<CorrectionBody> = {}) =>
  makeCorrection(world.ports, world.call(unit), {
    ...{ subject: planRequest().subject, kind: 'rectified', fields: ['identity.surname'], corrects: null, by },
    ...{ ground: 'Op verzoek van de betrokkene', rightsRequest, ...changes },
  });
const leftTo = (id: RightsRequestId) => {
  const rights = world.rights.get(id);
  if (rights === undefined) throw new Error('nothing was asked');
  return leftToDo(rights);
};
const entries = () => world.entries.filter(({ kind }) => kind === 'rights-request');

describe('a source that does not decide', () => {
  const day = 86_400_000;
  const told = () =>
    world.events
      .filter(({ type }) => type.startsWith('nl.sluis.rights-request.'))
      .map(({ unit, type }) => `${unit} ${type.split('.').at(-1)}`);

  it('is reminded before its time is over and told on it, each once and on record, and its recipient of nothing', async () => {
    const id = await made();
    const from = world.nowMs;
    expect(await followRights(world.ports)).toBe(0);
    for (const days of [14, 21, 26, 28]) {
      world.nowMs = from + days * day;
      expect(await followRights(world.ports)).toBe(1);
      expect(await followRights(world.ports)).toBe(0);
    }
    world.nowMs = from + 100 * day;
    expect(await followRights(world.ports)).toBe(0);
    expect(told()).toEqual(['made', 'reminder', 'reminder', 'reminder', 'due'].map((what) => `pi ${what}`));
    expect(entries().map(({ body }) => body.step)).toEqual(['made', 'reminder', 'reminder', 'reminder', 'due']);
    expect(world.rights.get(id)).toMatchObject({ state: 'open', remindedAt: expect.any(String) });
    expect(await decide(id)).toMatchObject({ kind: 'decided' });
  });

  it('is told of nothing once it dismissed it', async () => {
    await decide(await made(), 'dismissed');
    world.nowMs += 100 * day;
    expect(await followRights(world.ports)).toBe(0);
    expect(told()).toEqual(['pi made']);
  });

  it('is told of what it upheld as of what it did not decide on, until it is carried out', async () => {
    const [done, forgotten] = [await made(), await made({ wish: 'erase' })];
    const from = world.nowMs;
    world.nowMs = from + 20 * day;
    expect(await followRights(world.ports)).toBe(2);
    for (const id of [done, forgotten]) await decide(id);
    expect([leftTo(done), leftTo(forgotten)]).toEqual(['carry-out', 'carry-out']);
    expect(await correct(done)).toMatchObject({ kind: 'made' });
    expect(world.rights.get(done)).toMatchObject({ carriedOut: { at: expect.any(String), as: 'rectified' } });
    expect([leftTo(done), leftTo(forgotten)]).toEqual([null, 'carry-out']);
    world.nowMs = from + 100 * day;
    expect(await followRights(world.ports)).toBe(1);
    expect(await followRights(world.ports)).toBe(0);
    expect(world.events.at(-1)).toMatchObject({
      ...{ unit: 'pi', type: 'nl.sluis.rights-request.due' },
      dataref: `/v1/rights-requests/${forgotten}`,
    });
    expect(await correct(forgotten, 'pi', { kind: 'erased' })).toMatchObject({ kind: 'made' });
    expect(leftTo(forgotten)).toBeNull();
  });
});

describe('a person who says that something is not right', () => {
  it('is on record, in their own words for themselves and the source alone, and the source is told', async () => {
    const id = await made();
    expect(world.rights.get(id)).toMatchObject({
      source: 'pi',
      field: 'identity.surname',
      wish: 'correct',
      state: 'open',
    });
    expect(await seenBy('pi', id)).toMatchObject({ statement: 'Mijn naam is Ebbing' });
    for (const unit of ['gemeente', 'politie']) expect(await seenBy(unit, id)).toBeNull();
    const [entry] = entries();
    expect(entry?.body).toMatchObject({ rights: id, request: request.id, step: 'made', by: 'subject' });
    const receipt = entry && (await world.ports.journal.receipt(entry.id));
    const leaf = receipt && readLeaf(receipt.leaf);
    if (!receipt || !leaf) throw new Error('no receipt');
    const names = (reader: 'source' | 'recipient') =>
      openingsFor(leaf, reader, receipt.openings).map(({ name }) => name);
    expect([names('source'), names('recipient')]).toEqual([['statement'], []]);
    const told = world.events.filter(({ dataref }) => dataref === `/v1/rights-requests/${id}`);
    expect(told).toMatchObject([{ unit: 'pi', type: 'nl.sluis.rights-request.made', about: request.subject }]);
    expect(JSON.stringify([...world.rights.values()])).not.toContain('Ebbing');
  });

  it('asks it once while it is open, is told so, and asks of their own data that was given', async () => {
    await made();
    expect(await make({ statement: 'En mijn voornaam ook niet' })).toBe('open-already');
    expect(entries()).toHaveLength(1);
    await made({ wish: 'object' });
    expect(await make({ field: 'identity.nationality' })).toBe('not-found');
    expect(await make({}, world.know('bsn', '900000077'))).toBe('not-found');
    const refused = await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
    if (refused.kind !== 'refused') throw new Error(refused.kind);
    expect(await make({}, undefined, refused.request.id)).toBe('not-found');
    expect(entries()).toHaveLength(2);
  });

  it.each([
    ['with consent', 'zorg', 'gemeente', 'social-support', 'identity.surname', false],
    ['to save a life', 'pi', 'zorg', 'vital-interests', 'contactPersons.name', false],
    ['as its public task', 'pi', 'gemeente', 'plan-basic-conditions', 'identity.surname', true],
    ['by a rule that is not there any more', 'pi', 'gemeente', 'social-support', 'identity.surname', true],
  ])('objects only where the law lets somebody: to what was given %s', async (...given) => {
    const [, source, recipient, purpose, field, may] = given;
    const permitted = [field as FieldId];
    const changes = { source: source as UnitId, recipient: recipient as UnitId, purpose: purpose as PurposeId };
    world.requests.set(request.id, {
      ...request,
      ...changes,
      decision: { ...request.decision, permitted, given: null },
    });
    expect((await givenOf(world.ports, request.subject as SubjectId, request.id))?.objectable).toEqual(
      may ? permitted : [],
    );
    expect(await make({ wish: 'object', field })).toBe(may ? 'made' : 'may-not-object');
    expect(await make({ wish: 'erase', field })).toBe('made');
  });

  it.each([
    ['avg', '2026-12-21'],
    ['wjsg', '2026-12-19'],
    ['wpg', '2027-01-02'],
    ['another', '2026-12-19'],
  ])('has an answer in the time of the act of its source: %s', async (regime, day) => {
    const regimes = { source: regime, recipient: 'avg' };
    world.requests.set(request.id, { ...request, decision: { ...request.decision, regimes } });
    expect(world.rights.get(await made())?.dueAt.slice(0, 10)).toBe(day);
  });
});

describe('the source of what is asked', () => {
  it('decides once, on record with its ground, and nobody else does', async () => {
    const id = await made();
    for (const unit of ['gemeente', 'politie']) expect(await decide(id, 'upheld', unit)).toEqual({ kind: 'not-found' });
    const outcomes = await Promise.all([decide(id, 'upheld', 'pi', 'one'), decide(id, 'dismissed', 'pi', 'two')]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['decided', 'replayed']);
    expect(world.rights.get(id)).toMatchObject({ state: 'upheld', decidedAt: expect.any(String) });
    const decided = entries().at(-1);
    expect(decided).toMatchObject({ body: { step: 'upheld' }, personal: { ground: 'Nagekeken in de registratie' } });
    expect(JSON.stringify(decided)).not.toContain('de Boer');
    expect(await decide(id, 'upheld', 'pi', 'one')).toMatchObject({ kind: 'replayed' });
  });

  it('carries out with a correction what it upheld, and nothing else', async () => {
    const [upheld, dismissed, open] = [await made(), await made({ wish: 'erase' }), await made({ wish: 'restrict' })];
    await decide(upheld);
    await decide(dismissed, 'dismissed');
    for (const id of [dismissed, open, '01890a5d-ac96-774b-bcce-b302099a8057'])
      expect(await correct(id)).toMatchObject({ kind: 'invalid', member: 'rightsRequest' });
    expect(await correct(upheld, 'reclassering')).toMatchObject({ kind: 'invalid', member: 'rightsRequest' });
    for (const other of [{ subject: stranger }, { fields: ['identity.givenNames'] }])
      expect(await correct(upheld, 'pi', other)).toMatchObject({ kind: 'invalid', member: 'rightsRequest' });
    for (const kind of ['restricted', 'restriction-lifted'] as const)
      expect(await correct(upheld, 'pi', { kind })).toMatchObject({ kind: 'invalid', member: 'kind' });
    expect(world.rights.get(upheld)?.carriedOut).toBeNull();
    expect(await correct(upheld)).toMatchObject({ kind: 'made' });
    const carriedOut = world.rights.get(upheld)?.carriedOut;
    expect(await correct(upheld, 'pi', { kind: 'erased' })).toMatchObject({ kind: 'made' });
    expect(world.rights.get(upheld)?.carriedOut).toEqual(carriedOut);
    expect(world.entries.find(({ kind }) => kind === 'correction-made')?.body).toMatchObject({ rights: upheld });
  });

  it('gives nothing more of what the person rightly objects to from the moment it says so, and whoever got it is told', async () => {
    const id = await made({ wish: 'object' });
    const asked = () =>
      ask(world.ports, world.call('gemeente'), planRequest({ fields: ['identity.surname', 'identity.givenNames'] }));
    expect(await asked()).toMatchObject({
      request: { decision: { permitted: ['identity.surname', 'identity.givenNames'] } },
    });
    const epoch = world.epochs.get(request.subject as SubjectId) ?? 0;
    const outcome = await decide(id);
    expect(outcome).toMatchObject({ kind: 'decided', rights: { state: 'upheld', carriedOut: { as: 'restricted' } } });
    expect(world.epochs.get(request.subject as SubjectId)).toBe(epoch + 1);
    expect(world.rights.get(id)).toEqual(outcome.kind === 'decided' ? outcome.rights : null);
    expect(leftTo(id)).toBeNull();
    expect(await asked()).toMatchObject({ request: { decision: { permitted: ['identity.givenNames'] } } });
    const [correction, ...more] = [...world.corrections.values()];
    expect([correction?.kind, correction?.fields, more]).toEqual(['restricted', ['identity.surname'], []]);
    expect(correction?.notices).toMatchObject([{ recipient: 'gemeente', fields: ['identity.surname'] }]);
    const entry = world.entries.find(({ kind }) => kind === 'correction-made');
    expect(entry?.body).toMatchObject({ what: 'restricted', by: 'gateway', rights: id });
    expect(Object.keys(entry?.personal ?? {})).toEqual(['subject']);
    world.nowMs += 100 * 86_400_000;
    expect(await followRights(world.ports)).toBe(0);
  });

  it('goes on giving what it dismissed, and what the person asked otherwise, until it corrects that', async () => {
    for (const wish of ['correct', 'erase', 'restrict'] as const) await decide(await made({ wish }));
    await decide(await made({ wish: 'object' }), 'dismissed');
    expect(world.corrections.size).toBe(0);
    expect(await ask(world.ports, world.call('gemeente'), planRequest({ fields: ['identity.surname'] }))).toMatchObject(
      {
        kind: 'delivered',
      },
    );
  });

  it('stops giving what waits at the moment of its decision, and tells its recipient nothing of that', async () => {
    const id = await made({ wish: 'object' });
    world.answer = async () => {
      await decide(id);
      return planAnswer;
    };
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ fields: ['identity.surname'] }));
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    const [correction] = [...world.corrections.values()];
    expect(correction?.notices).toMatchObject([{ requests: [request.id] }]);
  });
});
