import { beforeEach, describe, expect, it } from 'vitest';
import type { CorrectionId } from '../../../src/core/brand.ts';
import { confirmCorrection } from '../../../src/core/correction/confirm-correction.ts';
import type { CorrectionWay } from '../../../src/core/correction/correction.ts';
import { followCorrections } from '../../../src/core/correction/follow-corrections.ts';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import type { CorrectionBody } from '../../../src/core/correction/ports.ts';
import { confirmDestruction } from '../../../src/core/duty/report-destruction.ts';
import { detain, planRequest, stranger } from '../../world/personas.ts';
import { body, by, type CorrectionWorld, correctionWorld, set } from './correction-world.ts';

let world: CorrectionWorld;
beforeEach(async () => {
  world = await correctionWorld();
});
const given: CorrectionWorld['given'] = (...of) => world.given(...of);
const made: CorrectionWorld['made'] = (...of) => world.made(...of);
const seenBy: CorrectionWorld['seenBy'] = (...of) => world.seenBy(...of);
const confirmed: CorrectionWorld['confirmed'] = (...of) => world.confirmed(...of);
const eventsFor: CorrectionWorld['eventsFor'] = (unit) => world.eventsFor(unit);
const kinds = () => world.entries.map(({ kind }) => kind).filter((kind) => kind.startsWith('correction'));

describe('a correction by a source', () => {
  it('reaches each recipient of that field once, with the requests it got it by, and nobody else', async () => {
    const [one, two] = [await given(), await given('gemeente', { fields: ['identity.surname'] })];
    await given('gemeente', { fields: ['identity.givenNames'] });
    const id = await made();
    expect(await seenBy('gemeente', id)).toMatchObject({
      for: 'recipient',
      notice: { requests: [one.id, two.id], fields: ['identity.surname'], confirmedAt: null },
    });
    expect(eventsFor('gemeente')).toMatchObject([
      { type: 'nl.sluis.correction.made', dataref: `/v1/corrections/${id}`, about: one.subject },
    ]);
    expect(await seenBy('politie', id)).toBeNull();
    expect(kinds()).toEqual(['correction-made', 'correction-told']);
    const told = world.entries.find(({ kind }) => kind === 'correction-told');
    expect(told).toMatchObject({ recipient: 'gemeente', body: { requests: [one.id, two.id] } });
  });

  it('holds no value and no ground in what its recipient is told', async () => {
    await given();
    const id = await made();
    const told = JSON.stringify([await seenBy('gemeente', id), world.events, [...world.corrections.values()]]);
    expect(told).not.toMatch(/Ebbink|verkeerd|Bakker/);
  });

  it('reaches who destroyed what it got as well, and says so: what it gave on elsewhere it alone knows', async () => {
    const gone = await given();
    await confirmDestruction(world.ports, world.call('gemeente'), gone.id);
    const id = await made();
    const notice = { requests: [gone.id], givenOn: [], destroyed: true };
    expect(await seenBy('gemeente', id)).toMatchObject({ notice });
    const kept = await given();
    expect(await seenBy('gemeente', await made())).toMatchObject({
      notice: { requests: [gone.id, kept.id], destroyed: false },
    });
  });

  it('is not for who got other fields, nor of what another source gave', async () => {
    await given('gemeente', { fields: ['identity.givenNames'] });
    expect(await seenBy('pi', await made())).toMatchObject({ correction: { notices: [] } });
    await given();
    expect(await seenBy('reclassering', await made({}, 'reclassering'))).toMatchObject({ correction: { notices: [] } });
    expect(eventsFor('gemeente')).toEqual([]);
  });

  it('answers and records the same for somebody unknown and for somebody of whom it gave nothing', async () => {
    const seen: unknown[] = [];
    for (const subject of [stranger, planRequest().subject]) {
      const [entries, events] = [world.entries.length, world.events.length];
      const outcome = await makeCorrection(world.ports, world.call('reclassering'), body({ subject }));
      if (outcome.kind !== 'made') throw new Error(outcome.kind);
      const [entry, ...more] = world.entries.slice(entries);
      const view = await seenBy('reclassering', outcome.id);
      seen.push({
        kind: entry?.kind,
        body: Object.keys(entry?.body ?? {}),
        committed: Object.keys(entry?.personal ?? {}),
        openings: outcome.receipt.openings.map(({ name }) => name),
        more: more.length,
        events: world.events.length - events,
        view: view?.for === 'source' && view.correction.notices,
      });
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject({ kind: 'correction-made', more: 0, events: 0, view: [] });
    expect(world.epochs.size).toBe(1);
  });

  it('names fields of the catalogue, and passes on only what its unit was told of', async () => {
    await given();
    const id = await made();
    const call = () => world.call('reclassering');
    expect(await makeCorrection(world.ports, call(), body({ fields: ['identity.surname', 'a.b'] }))).toMatchObject({
      kind: 'invalid',
      member: 'fields.1',
    });
    for (const corrects of [id, '01890a5d-ac96-774b-bcce-b302099a8057'])
      expect(await makeCorrection(world.ports, call(), body({ corrects }))).toMatchObject({
        kind: 'invalid',
        member: 'corrects',
      });
    const housing = await makeCorrection(world.ports, world.call('corporatie'), body());
    expect(housing).toEqual({ kind: 'number-not-allowed' });
  });

  it('passes on what its unit was told of about that person and of those fields alone', async () => {
    await given('gemeente', { fields: ['identity.surname'] });
    const id = await made();
    const passed = (more: Partial<CorrectionBody>) =>
      makeCorrection(world.ports, world.call('gemeente'), body({ corrects: id, ...more }));
    const other = { type: 'bsn', value: '900000053' } as const;
    await detain(world.ports, () => world.call('pi'), other);
    for (const subject of [other, stranger])
      expect(await passed({ subject })).toMatchObject({ kind: 'invalid', member: 'corrects' });
    const fields = ['identity.surname', 'identity.givenNames'];
    expect(await passed({ fields })).toMatchObject({ kind: 'invalid', member: 'fields.1' });
    expect(world.corrections.size).toBe(1);
    expect(await passed({})).toMatchObject({ kind: 'made' });
  });

  it('names what it gave before and the catalogue knows no more, and repeats its answer after such a change', async () => {
    await given('gemeente', { fields: ['identity.surname'] });
    expect(await makeCorrection(world.ports, world.call('pi', 'k'), body())).toMatchObject({ kind: 'made' });
    expect(await makeCorrection(world.ports, world.call('pi', 'p'), body({ subject: stranger }))).toMatchObject({
      kind: 'made',
    });
    const fields = new Map([...set.catalogue.fields].filter(([field]) => !field.startsWith('identity.')));
    const without = { ...set, catalogue: { ...set.catalogue, fields } };
    const ports = { ...world.ports, policies: { current: () => without, boundTo: () => without } };
    const make = (key: string, more: Partial<CorrectionBody> = {}) =>
      makeCorrection(ports, world.call('pi', key), body(more));
    expect(await make('k')).toMatchObject({ kind: 'replayed' });
    expect(await make('l')).toMatchObject({ kind: 'made' });
    // Whoever it is about: what counts is that this source gave it to somebody.
    expect(await make('m', { subject: stranger })).toMatchObject({ kind: 'made' });
    for (const [key, field] of Object.entries({ n: 'identity.givenNames', o: 'a.b' }))
      expect(await make(key, { fields: ['identity.surname', field] })).toMatchObject({
        kind: 'invalid',
        member: 'fields.1',
      });
  });

  it('is replayed by its key, once on record, also where the answer was lost', async () => {
    await given();
    world.breakNextCommit = 'after';
    await expect(makeCorrection(world.ports, world.call('pi', 'k'), body())).rejects.toThrow();
    expect(await makeCorrection(world.ports, world.call('pi', 'k'), body())).toMatchObject({ kind: 'replayed' });
    expect(await makeCorrection(world.ports, world.call('pi', 'k', 'other'), body())).toEqual({ kind: 'key-reused' });
    expect(world.corrections.size).toBe(1);
  });
});

describe('a recipient of a correction', () => {
  it('confirms once, on record with who did it apart, and its source is told', async () => {
    await given();
    const id = await made();
    const outcomes = await Promise.all([confirmed('gemeente', id, 'one'), confirmed('gemeente', id, 'two')]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['confirmed', 'replayed']);
    expect(await confirmed('gemeente', id, 'one')).toMatchObject({
      kind: 'replayed',
      view: { notice: { how: 'corrected' } },
    });
    const [entry, ...more] = world.entries.filter(({ kind }) => kind === 'correction-confirmed');
    expect(more).toEqual([]);
    expect(JSON.parse(entry?.personal.reporter ?? '')).toEqual({ role: 'casemanager', token: by.token });
    expect(eventsFor('pi').map(({ type }) => type)).toEqual(['nl.sluis.correction.confirmed']);
    expect(await seenBy('pi', id)).toMatchObject({ for: 'source', correction: { notices: [{ how: 'corrected' }] } });
  });

  it('confirms by what does something about it alone: a restriction stands until it is lifted', async () => {
    await given();
    const say = (id: CorrectionId, how: CorrectionWay) =>
      confirmCorrection(world.ports, world.call('gemeente'), id, { how, by });
    for (const [kind, wrong, right] of [
      ['rectified', ['lifted'], 'corrected'],
      ['restricted', ['lifted'], 'restricted'],
      ['restriction-lifted', ['restricted', 'corrected'], 'lifted'],
    ] as const) {
      const id = await made({ kind });
      for (const how of wrong)
        expect(await say(id, how)).toEqual({ kind: 'other-way', ways: expect.arrayContaining([right]) });
      expect(await seenBy('gemeente', id)).toMatchObject({ notice: { confirmedAt: null, how: null } });
      expect(await say(id, right)).toMatchObject({ kind: 'confirmed' });
      expect(await say(id, wrong[0])).toMatchObject({ kind: 'replayed', view: { notice: { how: right } } });
    }
  });

  it('confirms what it was told of, and nobody else does', async () => {
    await given();
    const id = await made();
    for (const unit of ['pi', 'politie']) expect(await confirmed(unit, id)).toEqual({ kind: 'not-found' });
    const nobodys = '01890a5d-ac96-774b-bcce-b302099a8057' as CorrectionId;
    expect(await confirmed('gemeente', nobodys)).toEqual({ kind: 'not-found' });
  });

  it('is reminded before the date and told on it, each once, and its source that it is overdue', async () => {
    await given();
    const id = await made();
    expect(await followCorrections(world.ports)).toBe(0);
    const day = 86_400_000;
    for (const days of [8, 13, 15]) {
      world.nowMs = Date.parse('2026-11-21T10:00:00.000Z') + days * day;
      expect(await followCorrections(world.ports)).toBe(1);
      expect(await followCorrections(world.ports)).toBe(0);
    }
    expect(eventsFor('gemeente').map(({ type }) => type.split('.').at(-1))).toEqual([
      'made',
      'reminder',
      'reminder',
      'due',
    ]);
    expect(eventsFor('pi').map(({ type }) => type.split('.').at(-1))).toEqual(['overdue']);
    expect(await confirmed('gemeente', id)).toMatchObject({ kind: 'confirmed' });
  });

  it('is reminded no more once it confirmed', async () => {
    await given();
    await confirmed('gemeente', await made());
    world.nowMs += 30 * 86_400_000;
    expect(await followCorrections(world.ports)).toBe(0);
  });
});
