import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Instant, RequestId, RightsRequestId, SubjectId, UnitId } from '../../src/core/brand.ts';
import { makeCorrection } from '../../src/core/correction/make-correction.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { decideRightsRequest, readRightsRequest } from '../../src/core/rights/decide-rights-request.ts';
import { followRights } from '../../src/core/rights/follow-rights.ts';
import { makeRightsRequest } from '../../src/core/rights/make-rights-request.ts';
import { ownRights } from '../../src/core/rights/own-rights.ts';
import { forgotten } from '../../src/store/erasure/forget-person.ts';
import { StoredRights } from '../../src/store/rights-requests.ts';
import { done, type PeopleWorld, peopleWorld } from '../world/people-world.ts';
import { planAnswer, planRequest } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';

let world: PeopleWorld;
beforeAll(async () => {
  world = await peopleWorld();
  world.answer = async () => planAnswer;
});
afterAll(() => world.close());

const by = someUser('u5', 'casemanager', 'S. de Boer');
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString() as Instant;
const said = { field: 'identity.surname', wish: 'correct', statement: 'Mijn naam is Ebbing' } as const;
const make = (subject: SubjectId, id: RequestId) =>
  makeRightsRequest(world.ports, subject, id, said, { trace: world.ports.entropy.trace(), by: 'subject' });

async function made(): Promise<{
  person: Awaited<ReturnType<PeopleWorld['person']>>;
  subject: SubjectId;
  id: RightsRequestId;
}> {
  const person = await world.person('detained');
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject: person }));
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  const subject = await world.found(person);
  const both = await Promise.all([make(subject, outcome.request.id), make(subject, outcome.request.id)]);
  expect(both.sort()).toEqual(['made', 'open-already']);
  const [rights, ...more] = await world.ports.rights.of(subject);
  if (rights === undefined || more.length > 0) throw new Error('it is made once');
  return { person, subject, id: rights.id };
}

const listOf = async (id: RightsRequestId, viewer: string | null, days: number) => {
  const pages = new StoredRights(world.pools.serve);
  for (const state of ['overdue', 'open', 'decided'] as const) {
    const lines = await pages.page({ viewer: viewer as UnitId | null, now: inDays(days), state }, null, 1000);
    if (lines.some((line) => line.id === id)) return state;
  }
  return 'not there';
};

it('is made once, read back with the words from the ledger, listed for its source, overdue by itself, and decided once', async () => {
  const { subject, id } = await made();
  expect(await readRightsRequest(world.ports, world.call('pi'), id)).toMatchObject({ statement: said.statement });
  expect(await readRightsRequest(world.ports, world.call('gemeente'), id)).toBeNull();
  for (const viewer of ['pi', null]) {
    expect([await listOf(id, viewer, 0), await listOf(id, viewer, 40)]).toEqual(['open', 'overdue']);
  }
  for (const viewer of ['gemeente', 'politie']) expect(await listOf(id, viewer, 40)).toBe('not there');
  const pages = new StoredRights(world.pools.serve);
  expect(await pages.overdue('pi' as UnitId, inDays(40))).toBeGreaterThan(0);
  expect(await pages.overdue('gemeente' as UnitId, inDays(40))).toBe(0);
  const decide = () =>
    decideRightsRequest(world.ports, world.call('pi'), id, { decision: 'dismissed', ground: 'Het klopte wel', by });
  expect((await Promise.all([decide(), decide()])).map(({ kind }) => kind).sort()).toEqual(['decided', 'replayed']);
  expect(await listOf(id, null, 40)).toBe('decided');
  expect(await ownRights(world.ports, subject)).toMatchObject([{ rights: { id }, ground: 'Het klopte wel' }]);
  expect(await ownRights(world.ports, await world.found(await world.person('detained')))).toEqual([]);
  const rows = JSON.stringify(await world.rows('SELECT * FROM rights_request'));
  expect(rows).not.toMatch(/Ebbing|klopte|de Boer/);
});

it('is reminded of once by two gateways that look at the same moment, and shown as that', async () => {
  const { id } = await made();
  const clock = { ...world.ports.clock, now: () => inDays(40) };
  const other = await world.anotherGateway();
  await Promise.all([followRights({ ...world.ports, clock }), followRights({ ...other, clock })]);
  const told = await world.rows('SELECT unit_id, type FROM event WHERE dataref = $1 ORDER BY time', [
    `/v1/rights-requests/${id}`,
  ]);
  expect(told).toEqual([
    { unit_id: 'pi', type: 'nl.sluis.rights-request.made' },
    { unit_id: 'pi', type: 'nl.sluis.rights-request.due' },
  ]);
  expect(await world.ports.rights.find(id)).toMatchObject({ state: 'open', remindedAt: expect.any(String) });
  expect(await followRights({ ...world.ports, clock })).toBe(0);
});

it('stays to be done where it is upheld, is reminded of and overdue as what is open, until a correction carries it out', async () => {
  const { person, id } = await made();
  const said = { decision: 'upheld', ground: 'Het klopte niet', by } as const;
  await decideRightsRequest(world.ports, world.call('pi'), id, said);
  const pages = new StoredRights(world.pools.serve);
  expect([await listOf(id, 'pi', 0), await listOf(id, 'pi', 40)]).toEqual(['open', 'overdue']);
  const overdue = await pages.overdue('pi' as UnitId, inDays(40));
  const clock = { ...world.ports.clock, now: () => inDays(40) };
  await followRights({ ...world.ports, clock });
  expect(
    await world.rows('SELECT type FROM event WHERE dataref = $1 ORDER BY time', [`/v1/rights-requests/${id}`]),
  ).toEqual([{ type: 'nl.sluis.rights-request.made' }, { type: 'nl.sluis.rights-request.due' }]);
  const correct = () =>
    makeCorrection(world.ports, world.call('pi'), {
      ...{ subject: person, kind: 'rectified', fields: ['identity.surname'], corrects: null, rightsRequest: id, by },
      ground: 'Op verzoek van de betrokkene',
    });
  expect(await correct()).toMatchObject({ kind: 'made' });
  const { carriedOut } = (await world.ports.rights.find(id)) ?? {};
  expect(carriedOut).toMatchObject({ as: 'rectified' });
  expect(await correct()).toMatchObject({ kind: 'made' });
  expect((await world.ports.rights.find(id))?.carriedOut).toEqual(carriedOut);
  expect([await listOf(id, 'pi', 40), await pages.overdue('pi' as UnitId, inDays(40))]).toEqual([
    'decided',
    overdue - 1,
  ]);
});

it('restricts in the same commit what a person rightly objects to, and whoever got it is told', async () => {
  const { person, subject, id: other } = await made();
  const asked = () =>
    ask(world.ports, world.call('gemeente'), planRequest({ subject: person, fields: ['identity.surname'] }));
  const [request] = await world.rows('SELECT request_id FROM rights_request WHERE id = $1', [other]);
  const objection = { ...said, wish: 'object' } as const;
  const trace = world.ports.entropy.trace();
  await makeRightsRequest(world.ports, subject, request?.request_id as RequestId, objection, { trace, by: 'subject' });
  const id = (await world.ports.rights.of(subject)).find(({ wish }) => wish === 'object')?.id;
  if (id === undefined) throw new Error('nothing was asked');
  expect((await asked()).kind).toBe('delivered');
  const upheld = { decision: 'upheld', ground: 'Het bezwaar is terecht', by } as const;
  const decide = () => decideRightsRequest(world.ports, world.call('pi'), id, upheld);
  expect((await Promise.all([decide(), decide()])).map(({ kind }) => kind).sort()).toEqual(['decided', 'replayed']);
  expect((await asked()).kind).toBe('refused');
  expect(await world.ports.rights.find(id)).toMatchObject({ state: 'upheld', carriedOut: { as: 'restricted' } });
  expect(await listOf(id, 'pi', 40)).toBe('decided');
  const told = await world.rows(
    `SELECT c.kind, n.recipient FROM correction c JOIN correction_notice n ON n.correction_id = c.id
    WHERE $1 = ANY (n.requests)`,
    [request?.request_id],
  );
  expect(told).toEqual([{ kind: 'restricted', recipient: 'gemeente' }]);
});

it('goes along with who is joined to another, and goes with who is erased', async () => {
  const { person, subject, id } = await made();
  const stays = await world.person('detained');
  const other = await world.found(stays);
  done(await world.join(person, stays));
  expect((await world.ports.rights.of(other)).map((one) => one.id)).toEqual([id]);
  const client = await world.pools.eraser.connect();
  try {
    await client.query('BEGIN');
    for (const { text } of forgotten) await client.query(text, [[subject, other]]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  expect(await world.ports.rights.find(id)).toBeNull();
  expect(await world.rows('SELECT 1 FROM event WHERE dataref = $1', [`/v1/rights-requests/${id}`])).toEqual([]);
});
