import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CorrectionId, Instant, RequestId, SubjectId, UnitId } from '../../src/core/brand.ts';
import { confirmCorrection } from '../../src/core/correction/confirm-correction.ts';
import { followCorrections } from '../../src/core/correction/follow-corrections.ts';
import { makeCorrection } from '../../src/core/correction/make-correction.ts';
import type { CorrectionBody } from '../../src/core/correction/ports.ts';
import { readCorrection } from '../../src/core/correction/read-correction.ts';
import { tellSinceGiven } from '../../src/core/correction/tell-since-given.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { confirmDestruction } from '../../src/core/duty/report-destruction.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { forgotten } from '../../src/store/erasure/forget-person.ts';
import { overdueCorrectionsOf, StoredCorrections } from '../../src/store/pages/corrections.ts';
import { done, type PeopleWorld, peopleWorld } from '../world/people-world.ts';
import { planAnswer, planRequest } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';

let world: PeopleWorld;
let pages: StoredCorrections;
beforeAll(async () => {
  world = await peopleWorld();
  world.answer = async () => planAnswer;
  pages = new StoredCorrections(world.pools.serve);
});
afterAll(() => world.close());

const by = someUser('u3', 'casemanager', 'L. Bakker');
const unit = (id: string) => id as UnitId;
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString() as Instant;

async function given(subject: SubjectReference): Promise<RequestId> {
  const outcome = await ask(
    world.ports,
    world.call('gemeente'),
    planRequest({ subject, fields: ['identity.surname'] }),
  );
  if (outcome.kind !== 'delivered') throw new Error(`not delivered: ${outcome.kind}`);
  return outcome.request.id;
}

const bodyOf = (subject: SubjectReference): CorrectionBody => ({
  subject,
  kind: 'rectified',
  fields: ['identity.surname'],
  ground: 'De achternaam stond verkeerd in ons dossier',
  corrects: null,
  rightsRequest: null,
  by,
});
const make = (subject: SubjectReference, more: object = {}, key?: string) =>
  makeCorrection(world.ports, world.call('pi', key), { ...bodyOf(subject), ...more });

async function made(subject: SubjectReference, more: object = {}): Promise<CorrectionId> {
  const outcome = await make(subject, more);
  if (outcome.kind !== 'made') throw new Error(outcome.kind);
  return outcome.id;
}

const seenBy = (who: string, id: CorrectionId) => readCorrection(world.ports, world.call(who), id);
const confirm = (id: CorrectionId) =>
  confirmCorrection(world.ports, world.call('gemeente'), id, { how: 'corrected', by });
const eventsOf = (id: CorrectionId) =>
  world.rows('SELECT unit_id, type FROM event WHERE dataref = $1 ORDER BY time, unit_id', [`/v1/corrections/${id}`]);

describe('a correction on record', () => {
  it('is read back as it was made, and with what its recipient did', async () => {
    const person = await world.person('detained');
    const request = await given(person);
    const id = await made(person);
    const notice = { recipient: 'gemeente', requests: [request], fields: ['identity.surname'], givenOn: [] };
    expect(await seenBy('gemeente', id)).toMatchObject({ for: 'recipient', notice: { ...notice, how: null } });
    expect(await confirm(id)).toMatchObject({ kind: 'confirmed' });
    expect(await confirm(id)).toMatchObject({ kind: 'replayed' });
    expect(await seenBy('pi', id)).toMatchObject({
      correction: { notices: [{ ...notice, how: 'corrected', lookAt: null }] },
    });
    expect(await eventsOf(id)).toMatchObject([
      { unit_id: 'gemeente', type: 'nl.sluis.correction.made' },
      { unit_id: 'pi', type: 'nl.sluis.correction.confirmed' },
    ]);
    expect(await seenBy('politie', id)).toBeNull();
  });

  it('is made once by two calls with one key at the same moment', async () => {
    const person = await world.person('detained');
    await given(person);
    const kinds = (await Promise.all([make(person, {}, 'k'), make(person, {}, 'k')])).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['made', 'replayed']);
  });

  it('shows what was passed on, by the statement that follows it', async () => {
    const person = await world.person('detained');
    await given(person);
    const id = await made(person);
    const outcome = await makeCorrection(world.ports, world.call('gemeente'), {
      ...{ subject: person, kind: 'erased', fields: ['identity.surname'], corrects: id, rightsRequest: null, by },
      ground: 'Zoals de bron ons meldde',
    });
    expect(outcome.kind).toBe('made');
    const view = await seenBy('pi', id);
    // Nobody got it from there: then nobody is left to confirm.
    expect(view?.for === 'source' && [...view.onward]).toMatchObject([
      ['gemeente', [{ kind: 'erased', isConfirmed: true }]],
    ]);
  });

  it('is reminded of once by two gateways that look at the same moment', async () => {
    const person = await world.person('detained');
    await given(person);
    const id = await made(person);
    const clock = { ...world.ports.clock, now: () => day(20) };
    const other = await world.anotherGateway();
    await Promise.all([followCorrections({ ...world.ports, clock }), followCorrections({ ...other, clock })]);
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
      'nl.sluis.correction.made',
      'nl.sluis.correction.due',
      'nl.sluis.correction.overdue',
    ]);
  });

  it('stops and lifts by facts that go with the person, and no join loses it', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('detained')];
    await made(goes, { kind: 'restricted' });
    const asked = (subject: SubjectReference) =>
      ask(world.ports, world.call('gemeente'), planRequest({ subject, fields: ['identity.surname'] }));
    expect(await asked(goes)).toMatchObject({ kind: 'refused' });
    expect(await asked(stays)).toMatchObject({ kind: 'delivered' });
    done(await world.join(goes, stays));
    expect(await asked(stays)).toMatchObject({ kind: 'refused' });
    await made(stays, { kind: 'restriction-lifted' });
    expect(await asked(stays)).toMatchObject({ kind: 'delivered' });
  });

  it('is lifted while its person is joined with another, and everybody who got the field is told of it', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('detained')];
    const requests = [await given(goes), await given(stays)];
    await made(goes, { kind: 'restricted' });
    const [from, to] = [await world.found(goes), await world.found(stays)];
    const value = await world.ports.subjects.pseudonym(unit('pi'), from);
    // Between the reading of the person and that of what is restricted.
    let joined = false;
    const facts = {
      ...world.ports.facts,
      of: async (subject: SubjectId) => {
        if (!joined) done(await world.join(goes, stays));
        joined = true;
        return world.ports.facts.of(subject);
      },
    };
    const outcome = await makeCorrection({ ...world.ports, facts }, world.call('pi'), {
      ...bodyOf({ type: 'pseudonym', value }),
      kind: 'restriction-lifted',
    });
    if (outcome.kind !== 'made') throw new Error(outcome.kind);
    const standing = (await world.ports.facts.of(to)).filter(
      ({ type, until }) => type === 'restriction' && until === null,
    );
    expect(standing).toEqual([]);
    expect(await seenBy('gemeente', outcome.id)).toMatchObject({ notice: { requests } });
    expect(
      await ask(world.ports, world.call('gemeente'), planRequest({ subject: stays, fields: ['identity.surname'] })),
    ).toMatchObject({ kind: 'delivered' });
  });

  it('goes past who destroyed its copy, in one commit, and says that to both', async () => {
    const person = await world.person('detained');
    const request = await given(person);
    expect(await confirmDestruction(world.ports, world.call('gemeente'), request)).toMatchObject({ kind: 'confirmed' });
    const next = world.ports.entropy.id();
    await world.rows(
      `INSERT INTO request (id, trace, direction, recipient, source, purpose, subject_id, fields, state, decision,
        received_at, moved_at, entry_id)
      SELECT $2, trace, direction, 'corporatie', 'gemeente', 'housing-placement', subject_id, fields, 'fetching',
        jsonb_set(decision, '{obtained}', $3), received_at, moved_at, entry_id FROM request WHERE id = $1`,
      [request, next, JSON.stringify({ 'identity.surname': ['plan-basic-conditions'] })],
    );
    const id = await made(person);
    expect(await seenBy('gemeente', id)).toMatchObject({ notice: { destroyed: true, givenOn: [next] } });
    const [passed] = await world.rows('SELECT id FROM correction WHERE corrects = $1', [id]);
    // It is on its way yet: the housing association hears of it when it is there.
    expect(await seenBy('corporatie', passed?.id as CorrectionId)).toBeNull();
    await world.rows(
      `UPDATE request SET state = 'delivered', entry_id = gen_random_uuid(), moved_at = now(), disclosed_at = now()
      WHERE id = $1`,
      [next],
    );
    expect(await tellSinceGiven(world.ports)).toBe(1);
    expect(await seenBy('corporatie', passed?.id as CorrectionId)).toMatchObject({
      correction: { source: 'gemeente' },
      notice: { destroyed: false, requests: [next] },
    });
    expect(await eventsOf(passed?.id as CorrectionId)).toMatchObject([{ unit_id: 'corporatie' }]);
    const view = await seenBy('pi', id);
    expect(view?.for === 'source' && [...view.onward]).toMatchObject([['gemeente', [{ isConfirmed: false }]]]);
  });

  it('may name a field that left the catalogue, where this source gave it to anybody', async () => {
    await given(await world.person('detained'));
    const { everGave } = world.ports.corrections;
    expect(await everGave(unit('pi'), ['identity.surname', 'identity.birthDate', 'a.b'])).toEqual(
      new Set(['identity.surname']),
    );
    expect(await everGave(unit('reclassering'), ['identity.surname'])).toEqual(new Set());
    const set = (given: object | null) =>
      world.rows(`UPDATE request SET decision = jsonb_set(decision, '{given}', $1) WHERE source = 'pi'`, [
        JSON.stringify(given),
      ]);
    await set({ fields: [], seen: true });
    expect(await everGave(unit('pi'), ['identity.surname'])).toEqual(new Set());
    // As it stands in what was given before that was kept.
    await set(null);
    expect(await everGave(unit('pi'), ['identity.surname'])).toEqual(new Set(['identity.surname']));
  });

  it('about somebody who was joined to another reaches who got it under either', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('detained')];
    const requests = [await given(goes), await given(stays)];
    done(await world.join(goes, stays));
    const id = await made(stays);
    expect(await seenBy('gemeente', id)).toMatchObject({ notice: { requests } });
  });

  it('goes with the person who is erased, and with nobody else', async () => {
    const [erased, other] = [await world.person('detained'), await world.person('detained')];
    await Promise.all([given(erased), given(other)]);
    const [gone, kept] = [await made(erased), await made(other)];
    const subjects = [await world.found(erased)];
    const client = await world.pools.eraser.connect();
    try {
      await client.query('BEGIN');
      for (const { text } of forgotten) await client.query(text, [subjects]);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(await world.ports.corrections.find(gone)).toBeNull();
    expect(await eventsOf(gone)).toEqual([]);
    expect(await seenBy('pi', kept)).toMatchObject({ correction: { notices: [{ recipient: 'gemeente' }] } });
  });
});

describe('the list of officers', () => {
  it('shows what is overdue to officers of recipient, source and gateway while nothing looks, and to no other', async () => {
    const person = await world.person('detained');
    await given(person);
    const id = await made(person);
    const lines = async (viewer: string | null, state: 'overdue' | 'open' | 'confirmed', now: Instant) => {
      const filter = { viewer: viewer === null ? null : unit(viewer), now, state, recipient: null };
      const [row] = await world.rows('SELECT id FROM correction_notice WHERE correction_id = $1', [id]);
      return (await pages.page(filter, null, 1000)).filter((line) => line.id === row?.id);
    };
    for (const viewer of ['gemeente', 'pi', null]) {
      expect(await lines(viewer, 'open', day(0))).toHaveLength(1);
      expect(await lines(viewer, 'overdue', day(15))).toMatchObject([{ kind: 'rectified', how: null }]);
    }
    for (const viewer of ['buurgemeente', 'politie']) expect(await lines(viewer, 'overdue', day(15))).toEqual([]);
    expect(await lines('pi', 'overdue', day(15))).toMatchObject([{ onward: null, passesOn: false }]);
    expect(await lines('gemeente', 'overdue', day(15))).toMatchObject([
      { correction: id, onward: { asked: false, made: 0 }, passesOn: null, entry: null },
    ]);
    expect(await overdueCorrectionsOf(world.pools.serve, unit('gemeente'), day(15))).toBeGreaterThan(0);
    expect(await overdueCorrectionsOf(world.pools.serve, unit('pi'), day(15))).toBe(0);
    const before = await pages.overdue(null, day(15));
    await confirm(id);
    expect(await pages.overdue(null, day(15))).toBe(before - 1);
    expect(await lines(null, 'confirmed', day(15))).toMatchObject([{ state: 'confirmed', how: 'corrected' }]);
    const figures = await pages.figures(unit('pi'), day(15));
    expect(figures.find(({ recipient }) => recipient === 'gemeente')?.counts.confirmed).toBeGreaterThan(0);
  });
});
