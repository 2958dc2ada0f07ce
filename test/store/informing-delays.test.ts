import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant, RequestId, UnitId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { delayInforming } from '../../src/core/informing/delay-informing.ts';
import { followInforming } from '../../src/core/informing/follow-informing.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { forgotten } from '../../src/store/erasure/forget-person.ts';
import { StoredInforming } from '../../src/store/pages/informing.ts';
import { StoredSharings } from '../../src/store/pages/sharings.ts';
import { whileHeld } from '../world/beside-a-held-row.ts';
import { done, type PeopleWorld, peopleWorld } from '../world/people-world.ts';
import { planAnswer, planRequest } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';

let world: PeopleWorld;
beforeAll(async () => {
  world = await peopleWorld();
  world.answer = async () => planAnswer;
});
afterAll(() => world.close());

const by = someUser('u5', 'director', 'S. de Boer');
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString() as Instant;

/** Given under a rule that tells the person thirty days later. */
async function given(subject: SubjectReference): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject }));
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  const later = `UPDATE request SET decision = decision || '{"informAfter": "P30D"}' WHERE id = $1`;
  await world.rows(later, [outcome.request.id]);
  return outcome.request.id;
}

const put = (id: RequestId, days: number, more: object = {}) =>
  delayInforming(world.ports, world.call('pi'), id, {
    ...{ ground: 'public-security', reviewAt: inDays(days), tellWhy: true, by },
    ...more,
  });

async function shownTo(subject: SubjectReference, days: number) {
  const page = await new StoredSharings(world.pools.serve).page(await world.found(subject), [], inDays(days), null, 10);
  return page.map(({ id, later }) => ({ id, later }));
}

async function lineOf(id: RequestId, viewer: string | null, days: number) {
  const pages = new StoredInforming(world.pools.serve);
  for (const state of ['hidden', 'over'] as const) {
    const lines = await pages.page({ viewer: viewer as UnitId | null, now: inDays(days), state }, null, 1000);
    const line = lines.find((each) => each.id === id);
    if (line !== undefined) return line;
  }
  return null;
}

describe('what is told later', () => {
  it('shows by itself when its moment has passed, and not before, with why unless that is withheld', async () => {
    const person = await world.person('detained');
    const id = await given(person);
    expect(await shownTo(person, 29)).toEqual([]);
    expect(await shownTo(person, 31)).toEqual([{ id, later: null }]);
    expect(await put(id, 10)).toMatchObject({ kind: 'delayed' });
    expect(await shownTo(person, 9)).toEqual([]);
    expect(await shownTo(person, 11)).toEqual([{ id, later: { why: 'public-security' } }]);
    expect(await put(id, 30, { tellWhy: false })).toMatchObject({ kind: 'delayed' });
    expect(await shownTo(person, 29)).toEqual([]);
    expect(await shownTo(person, 31)).toEqual([{ id, later: { why: null } }]);
    expect((await world.entriesOf(id)).filter((kind) => kind === 'informing-delayed')).toHaveLength(2);
  });

  it('is listed for officers of its source and of the gateway, and for no other', async () => {
    const person = await world.person('detained');
    const id = await given(person);
    expect(await lineOf(id, 'pi', 0)).toMatchObject({ state: 'hidden', decision: null });
    await put(id, 10);
    const decision = { ground: 'public-security', tellWhy: true, deciderRole: 'director', times: 1 };
    for (const viewer of ['pi', null]) {
      expect(await lineOf(id, viewer, 0)).toMatchObject({ state: 'hidden', decision, entry: expect.any(String) });
      expect(await lineOf(id, viewer, 11)).toMatchObject({ state: 'over', decision });
    }
    for (const viewer of ['gemeente', 'politie']) expect(await lineOf(id, viewer, 0)).toBeNull();
    const atOnce = await ask(world.ports, world.call('gemeente'), planRequest({ subject: person }));
    expect(atOnce.kind === 'delivered' && (await lineOf(atOnce.request.id, null, 0))).toBeNull();
  });

  it('is told of to its source once by two gateways that look at the same moment, and anew when that decides again', async () => {
    const id = await given(await world.person('detained'));
    const other = await world.anotherGateway();
    const lookIn = (days: number) => {
      const clock = { ...world.ports.clock, now: () => inDays(days) };
      return Promise.all([world.ports, other].map((ports) => followInforming({ ...ports, clock })));
    };
    const told = async () =>
      (await world.rows('SELECT unit_id, type FROM event WHERE dataref = $1 ORDER BY time', [`/v1/requests/${id}`]))
        .filter(({ type }) => String(type).includes('informing'))
        .map(({ unit_id, type }) => `${unit_id} ${String(type).split('.').at(-1)}`);
    await lookIn(0);
    await lookIn(24);
    await lookIn(24);
    expect(await told()).toEqual(['pi reminder']);
    expect(await lineOf(id, 'pi', 24)).toMatchObject({ remindedAt: expect.any(String) });
    await put(id, 10);
    await lookIn(1);
    await lookIn(4);
    await lookIn(31);
    await lookIn(60);
    expect(await told()).toEqual(['pi reminder', 'pi reminder', 'pi due']);
    expect((await world.entriesOf(id)).filter((kind) => kind === 'informing-followed')).toHaveLength(3);
  });

  it('goes along with who is joined to another, and goes with who is erased', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('detained')];
    const people = [await world.found(goes), await world.found(stays)];
    const id = await given(goes);
    await put(id, 10);
    done(await world.join(goes, stays));
    expect(await shownTo(stays, 9)).toEqual([]);
    expect(await shownTo(stays, 11)).toEqual([{ id, later: { why: 'public-security' } }]);
    const client = await world.pools.eraser.connect();
    try {
      await client.query('BEGIN');
      for (const { text } of forgotten) await client.query(text, [people]);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(await world.rows('SELECT 1 FROM informing_delay WHERE request_id = $1', [id])).toEqual([]);
  });

  it('is put off again at once after a gateway whose clock is ahead, also sooner than that clock says', async () => {
    const id = await given(await world.person('detained'));
    const clock = { ...world.ports.clock, now: () => inDays(1) };
    const ahead = { ...(await world.anotherGateway()), clock };
    const first = { ground: 'public-security', reviewAt: inDays(20), tellWhy: true, by };
    expect(await delayInforming(ahead, world.call('pi'), id, first)).toMatchObject({ kind: 'delayed' });
    for (const days of [12, 10, 1 / 24]) {
      const outcome = await put(id, days);
      if (outcome.kind !== 'delayed') throw new Error(outcome.kind);
      expect(await world.ports.informing.latest(id)).toEqual(outcome.delay);
      expect((await lineOf(id, null, 0))?.shownFrom).toBe(outcome.delay.reviewAt);
    }
  });

  it('is put off by two gateways at the same moment in turn: the second sees what the first decided', async () => {
    const id = await given(await world.person('detained'));
    const outcomes: string[] = [];
    let decided = 0;
    const gateways = [world.ports, await world.anotherGateway()].map((ports) => {
      const commit: typeof ports.journal.commit = async (work) => {
        decided += 1;
        const committed = await ports.journal.commit(work);
        outcomes.push(committed.outcome);
        return committed;
      };
      return { ...ports, journal: { ...ports.journal, commit } };
    });
    const body = { ground: 'public-security', reviewAt: inDays(10), tellWhy: true, by };
    const lock = 'SELECT 1 FROM request WHERE id = $1 FOR NO KEY UPDATE';
    const { both } = await whileHeld({ pool: world.pools.owner, lock, values: [id] }, async () => {
      const both = Promise.all(gateways.map((ports) => delayInforming(ports, world.call('pi'), id, body)));
      // Until both have decided on what they read, neither can write.
      await Promise.race([both, expect.poll(() => decided).toBe(2)]);
      expect(outcomes).toEqual([]);
      return { both };
    });
    expect((await both).map(({ kind }) => kind)).toEqual(['delayed', 'delayed']);
    expect(outcomes.toSorted()).toEqual(['conflict', 'durable', 'durable']);
  });

  it('is put off by two at once in turn: none of the two is lost, and the later one decides', async () => {
    const person = await world.person('detained');
    const id = await given(person);
    const outcomes = await Promise.all([put(id, 10), put(id, 12)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delayed', 'delayed']);
    const rows = await world.rows('SELECT review_at FROM informing_delay WHERE request_id = $1 ORDER BY decided_at', [
      id,
    ]);
    expect(rows).toHaveLength(2);
    expect((await lineOf(id, null, 0))?.shownFrom).toBe(rows[1]?.review_at);
  });
});
