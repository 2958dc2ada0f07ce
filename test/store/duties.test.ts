import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant, RequestId, UnitId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { followDuties } from '../../src/core/duty/follow-duties.ts';
import { confirmDestruction, reportDestruction } from '../../src/core/duty/report-destruction.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { disputeFact } from '../../src/core/fact/dispute-fact.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import { partingFile, partPeople } from '../../src/core/subject/part-people.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { overdueOfRecipient, StoredDuties } from '../../src/store/pages/duties.ts';
import { asked, done, type PeopleWorld, peopleWorld } from '../world/people-world.ts';
import { planAnswer, planRequest } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';

let world: PeopleWorld;
let duties: StoredDuties;
beforeAll(async () => {
  world = await peopleWorld();
  world.answer = async () => planAnswer;
  duties = new StoredDuties(world.pools.serve);
});
afterAll(() => world.close());

const unit = (id: string) => id as UnitId;
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString() as Instant;
const starts = ['plan-closed', 'release', 'disclosure'];
const view = (viewer: string | null) => ({ viewer: viewer === null ? null : unit(viewer), starts, now: day(0) });
const look = () => followDuties(world.ports);

async function given(subject: SubjectReference, recipient = 'gemeente', source = 'pi'): Promise<RequestId> {
  const question = planRequest({ subject, source, fields: ['identity.surname'] });
  const outcome = await ask(world.ports, world.call(recipient), question);
  if (outcome.kind !== 'delivered') throw new Error(`not delivered: ${outcome.kind}`);
  expect(await world.ports.requests.find(outcome.request.id)).toEqual(outcome.request);
  return outcome.request.id;
}

async function closed(subject: SubjectReference, by = 'pi'): Promise<Fact> {
  const about = { unit: null, reference: null, attributes: {}, caseReference: null };
  const said = { subject, type: 'plan-closed', from: day(0), until: null, ...about };
  const outcome = await attestFact(world.ports, world.call(by), said);
  if (outcome.kind !== 'attested') throw new Error(`not attested: ${outcome.kind}`);
  return outcome.fact;
}

const held = async (id: RequestId) => (await world.ports.requests.find(id))?.held ?? null;

/** As if the start lay so long ago: only the record knows. */
async function longAgo(id: RequestId, deleteBy: Instant, lookAt: Instant | null = null): Promise<void> {
  const sql =
    'UPDATE request SET destroy_by = $2, retention_began = coalesce(retention_began, $2), duty_at = $3 WHERE id = $1';
  await world.rows(sql, [id, deleteBy, lookAt]);
}

async function stateOf(id: RequestId, viewer: string | null): Promise<string> {
  for (const state of ['overdue', 'dated', 'open', 'undated', 'destroyed'] as const) {
    const lines = await duties.page({ ...view(viewer), state, recipient: null }, null, 1000);
    const line = lines.find((each) => each.id === id);
    if (line !== undefined) return `${line.state} ${line.deleteBy === null ? 'without a date' : 'by a date'}`;
  }
  return 'not there';
}

describe('what is held', () => {
  it('is dated by the first gateway that looks after its start, once, with one entry', async () => {
    const person = await world.person('detained');
    const id = await given(person);
    const { ports } = world;
    expect(await held(id)).toMatchObject({ retention: null, sourceKnows: false });
    const fact = await closed(person);
    const other = await world.anotherGateway();
    const written = await Promise.all([followDuties(ports), followDuties(other)]);
    expect(written.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(await held(id)).toMatchObject({ retention: { startedAt: fact.from }, sourceKnows: true });
    expect(await world.entriesOf(id)).toEqual(['permit', 'disclosure', 'destruction-followed']);
    await disputeFact(ports, world.call('gemeente'), fact.id, 'het plan loopt nog');
    expect(await look()).toBe(1);
    expect(await held(id)).toMatchObject({ retention: null, lookAt: null });
  });

  it('is reminded of once by two gateways that look at the same moment', async () => {
    const person = await world.person('detained');
    const due = await given(person);
    await closed(person);
    await look();
    const dated = await held(due);
    // The date stands already: only its reminders are due.
    await longAgo(due, dated?.retention?.deleteBy ?? day(0), dated?.retention?.startedAt ?? day(0));
    const later = { ...world.ports.clock, now: () => day(200) };
    const other = await world.anotherGateway();
    await Promise.all([followDuties({ ...world.ports, clock: later }), followDuties({ ...other, clock: later })]);
    const told = await world.rows(`SELECT type FROM event WHERE dataref = $1 AND type LIKE '%destruction%'`, [
      `/v1/requests/${due}`,
    ]);
    expect(told).toEqual([{ type: 'nl.sluis.destruction.due' }]);
    expect((await world.entriesOf(due)).filter((kind) => kind === 'destruction-followed')).toHaveLength(2);
    expect(await held(due)).toMatchObject({ lookAt: null });
  });

  it('is reckoned by the facts of both records once they are one person', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('detained')];
    const id = await given(goes);
    await closed(stays);
    await look();
    expect(await held(id)).toMatchObject({ retention: null });
    done(await world.join(goes, stays));
    await look();
    // The prison attested it: whether it is the same stay inside, people look at by hand.
    expect((await held(id))?.retention).not.toBeNull();
  });

  it('is reckoned by the facts of who came out of a record, once it is about them', async () => {
    const person = await world.person('detained');
    const id = await given(person);
    const fact = await closed(person);
    await look();
    // Of its date everything was told: nothing else has it looked at.
    await longAgo(id, (await held(id))?.retention?.deleteBy ?? day(0));
    const others = (await world.ports.facts.of(fact.subject)).filter((each) => each.id !== fact.id);
    const parting = partingFile.parse({ requests: [id], facts: others.map((each) => each.id) });
    done(await partPeople(world.subjectPorts, world.named(person), parting, asked, false));
    await look();
    expect(await held(id)).toMatchObject({ retention: null });
  });
});

describe('a list of what must be destroyed', () => {
  it('shows what is overdue to officers of recipient, source and gateway while nothing looks, and to no other', async () => {
    const person = await world.person('detained');
    const id = await given(person);
    expect(await stateOf(id, 'gemeente')).toBe('open without a date');
    await closed(person);
    await look();
    expect(await stateOf(id, 'gemeente')).toBe('dated by a date');
    const before = await Promise.all(['gemeente', 'pi', null].map((who) => duties.overdue(who as UnitId, day(0))));
    // Nobody looks again: the time alone makes it overdue.
    await longAgo(id, day(-1));
    for (const viewer of ['gemeente', 'pi', null]) expect(await stateOf(id, viewer)).toBe('overdue by a date');
    for (const viewer of ['buurgemeente', 'politie']) expect(await stateOf(id, viewer)).toBe('not there');
    const after = await Promise.all(['gemeente', 'pi', null].map((who) => duties.overdue(who as UnitId, day(0))));
    expect(after).toEqual(before.map((count) => count + 1));
    expect(await overdueOfRecipient(world.pools.serve, unit('gemeente'), day(0))).toBeGreaterThan(0);
    expect(await overdueOfRecipient(world.pools.serve, unit('pi'), day(0))).toBe(0);
    const figures = await duties.figures(view('pi'));
    expect(figures.find(({ recipient }) => recipient === 'gemeente')?.counts.overdue).toBeGreaterThan(0);
    expect(figures.every(({ recipient }) => recipient !== 'politie')).toBe(true);
  });

  it('holds nothing of an answer that held nothing', async () => {
    const person = await world.person('detained');
    const figures = async () => JSON.stringify(await duties.figures(view('pi')));
    const before = await figures();
    world.answer = async () => ({});
    const id = await given(person).finally(() => {
      world.answer = async () => planAnswer;
    });
    for (const viewer of ['gemeente', 'pi', null]) expect(await stateOf(id, viewer)).toBe('not there');
    expect(await figures()).toBe(before);
  });

  it('tells a source that does not know of the start neither its date nor that it is over', async () => {
    const person = await world.person('detained');
    const id = await given(person, 'gemeente', 'reclassering');
    await closed(person, 'gemeente');
    await look();
    expect(await held(id)).toMatchObject({ sourceKnows: false });
    await longAgo(id, day(-1));
    expect(await stateOf(id, 'gemeente')).toBe('overdue by a date');
    expect(await stateOf(id, null)).toBe('overdue by a date');
    expect(await stateOf(id, 'reclassering')).toBe('open without a date');
    expect(await duties.overdue(unit('reclassering'), day(0))).toBe(0);
    const [figures] = await duties.figures(view('reclassering'));
    expect(figures?.counts).toMatchObject({ overdue: 0, open: 1 });
  });

  it('never takes what no rule in force dates for fine', async () => {
    const id = await given(await world.person('detained'));
    for (const retain of [{ until: 'sector' }, { until: 'a-rule-of-yesterday' }, null]) {
      const patch = JSON.stringify(retain && { ...retain, plus: null, atLeast: null, status: 'law' });
      const sql = `UPDATE request SET decision = jsonb_set(decision, '{obligations,retain}', $2::jsonb) WHERE id = $1`;
      if (retain !== null) await world.rows(sql, [id, patch]);
      else await world.rows(`UPDATE request SET decision = decision || '{"obligations":null}' WHERE id = $1`, [id]);
      expect(await stateOf(id, 'gemeente')).toBe('undated without a date');
    }
  });

  it('has what was destroyed, in time or late, with how, and links to its disclosure', async () => {
    const [early, late] = [await given(await world.person('detained')), await given(await world.person('detained'))];
    await longAgo(late, day(-1));
    const report = { how: 'returned', by: someUser('u9', 'archivaris', 'R. Blom') } as const;
    await reportDestruction(world.ports, world.call('gemeente'), early, report);
    await confirmDestruction(world.ports, world.call('gemeente'), late);
    const filter = { ...view('gemeente'), state: 'destroyed', recipient: unit('gemeente') } as const;
    const lines = await duties.page(filter, null, 100);
    expect(lines.find(({ id }) => id === early)).toMatchObject({ destroyedHow: 'returned', deleteBy: null });
    expect(lines.find(({ id }) => id === late)).toMatchObject({ destroyedHow: null });
    const [entry] = await world.rows(`SELECT id FROM ledger_entry WHERE request_id = $1 AND kind = 'disclosure'`, [
      late,
    ]);
    expect(lines.find(({ id }) => id === late)?.entry).toBe(entry?.id);
    const figures = await duties.figures(view('gemeente'));
    expect(figures.find(({ recipient }) => recipient === 'gemeente')).toMatchObject({
      counts: { destroyed: 2 },
      late: 1,
    });
    const last = lines.at(-1);
    const next = await duties.page(filter, last ? { time: last.order, id: last.id } : null, 100);
    expect(next).toEqual([]);
  });
});
