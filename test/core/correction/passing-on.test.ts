import { beforeEach, describe, expect, it } from 'vitest';
import type { CorrectionId, FieldId, PurposeId, SubjectId } from '../../../src/core/brand.ts';
import { confirmCorrection } from '../../../src/core/correction/confirm-correction.ts';
import { tellSinceGiven } from '../../../src/core/correction/tell-since-given.ts';
import type { RequestRecord } from '../../../src/core/disclosure/request.ts';
import { by, type CorrectionWorld, correctionWorld } from './correction-world.ts';

let world: CorrectionWorld;
beforeEach(async () => {
  world = await correctionWorld();
});
const given: CorrectionWorld['given'] = (...of) => world.given(...of);
const made: CorrectionWorld['made'] = (...of) => world.made(...of);
const seenBy: CorrectionWorld['seenBy'] = (...of) => world.seenBy(...of);
const confirmed: CorrectionWorld['confirmed'] = (...of) => world.confirmed(...of);
const eventsFor: CorrectionWorld['eventsFor'] = (unit) => world.eventsFor(unit);

describe('a correction that is passed on', () => {
  /** As if the municipality had given on what it got from the prison. */
  async function passedOn(): Promise<{ first: RequestRecord; next: RequestRecord }> {
    const first = await given('gemeente', { fields: ['identity.surname'] });
    const obtained = { ['identity.surname' as FieldId]: [first.purpose as string] };
    const next: RequestRecord = {
      ...first,
      id: world.ports.entropy.id() as RequestRecord['id'],
      source: 'gemeente' as RequestRecord['source'],
      recipient: 'corporatie' as RequestRecord['recipient'],
      purpose: 'housing-placement' as PurposeId,
      decision: { ...first.decision, obtained },
    };
    world.requests.set(next.id, next);
    return { first, next };
  }

  it('tells who gave it on to pass it on, and shows the source how it goes, without saying to whom', async () => {
    const { next } = await passedOn();
    const id = await made();
    expect(await seenBy('gemeente', id)).toMatchObject({ notice: { givenOn: [next.id] } });
    const onward = await made({ corrects: id }, 'gemeente');
    const before = await seenBy('pi', id);
    if (before?.for !== 'source') throw new Error('not the source');
    expect(before.onward.get('gemeente')).toMatchObject([{ kind: 'rectified', isConfirmed: false, onward: [] }]);
    await confirmed('corporatie', onward);
    const after = await seenBy('pi', id);
    expect(after?.for === 'source' && after.onward.get('gemeente')).toMatchObject([{ isConfirmed: true }]);
    const told = JSON.stringify([...before.onward.values()]);
    expect(told).not.toMatch(new RegExp(`corporatie|${onward}|${next.id}`));
    expect(await seenBy('pi', onward)).toBeNull();
  });

  it('goes past who destroyed its copy to whoever got it from there, and tells nobody more of the chain', async () => {
    const { first, next } = await passedOn();
    // And from there further, where it was destroyed too, and round to where it came from.
    const further = (source: string, recipient: string): RequestRecord => ({
      ...next,
      id: world.ports.entropy.id() as RequestRecord['id'],
      source: source as RequestRecord['source'],
      recipient: recipient as RequestRecord['recipient'],
      decision: {
        ...next.decision,
        obtained: { ['identity.surname' as FieldId]: ['housing-placement', first.purpose] },
      },
    });
    const [last, back, round] = [
      further('corporatie', 'politie'),
      further('corporatie', 'pi'),
      further('corporatie', 'gemeente'),
    ];
    for (const request of [first, next, last, back, round])
      world.requests.set(request.id, {
        ...request,
        destructionConfirmedAt: request === last ? null : request.movedAt,
      });
    const id = await made();
    const sent = [...world.corrections.values()].map(({ source, corrects, notices }) => ({
      source,
      corrects: [...world.corrections.values()].find((one) => one.id === corrects)?.source ?? null,
      to: notices.map(({ recipient, requests }) => [recipient, ...requests]),
    }));
    expect(sent).toEqual([
      { source: 'pi', corrects: null, to: [['gemeente', first.id]] },
      { source: 'gemeente', corrects: 'pi', to: [['corporatie', next.id]] },
      {
        source: 'corporatie',
        corrects: 'gemeente',
        to: [
          ['gemeente', round.id],
          ['politie', last.id],
        ],
      },
    ]);
    expect(world.entries.filter(({ kind }) => kind === 'correction-made').map(({ body: { by: who } }) => who)).toEqual([
      'source',
      'gateway',
      'gateway',
    ]);
    // What the first source wrote is not opened for who had nothing to say.
    expect(world.entries.filter(({ personal }) => personal.ground !== undefined)).toHaveLength(1);
    expect(eventsFor('politie')).toHaveLength(1);
    expect(eventsFor('pi')).toEqual([]);
    const view = await seenBy('pi', id);
    if (view?.for !== 'source') throw new Error('not the source');
    expect(view.onward.get('gemeente')).toMatchObject([{ isConfirmed: false, onward: [{ isConfirmed: false }] }]);
    expect(JSON.stringify([...view.onward.values()])).not.toMatch(/corporatie|politie/);
    const [, , police] = [...world.corrections.values()];
    expect(police && (await confirmed('politie', police.id))).toMatchObject({ kind: 'confirmed' });
  });

  it('goes past who says later that it holds nothing, unless it passed the correction on itself', async () => {
    const { first, next } = await passedOn();
    const notHeld = (id: CorrectionId) =>
      confirmCorrection(world.ports, world.call('gemeente'), id, { how: 'not-held', by });
    const [one, two, three] = [await made(), await made(), await made()];
    await confirmed('gemeente', one);
    expect(world.corrections.size).toBe(3);
    await made({ corrects: two }, 'gemeente');
    expect((await notHeld(two)).kind).toBe('confirmed');
    expect(world.corrections.size).toBe(4);
    const [both] = [await Promise.all([notHeld(three), notHeld(three)])];
    expect(both.map(({ kind }) => kind).sort()).toEqual(['confirmed', 'replayed']);
    const passed = [...world.corrections.values()].filter(({ corrects }) => corrects === three);
    expect(passed).toMatchObject([
      { source: 'gemeente', notices: [{ recipient: 'corporatie', requests: [next.id], confirmedAt: null }] },
    ]);
    const view = await seenBy('pi', three);
    expect(view?.for === 'source' && view.onward.get('gemeente')).toMatchObject([{ isConfirmed: false }]);
    expect(world.requests.get(first.id)?.destructionConfirmedAt).toBeNull();
  });

  it('goes past who says that it holds nothing to whoever got it since it was told as well', async () => {
    const { next } = await passedOn();
    const id = await made();
    const since = (more: Partial<RequestRecord>): RequestRecord => {
      const request = { ...next, id: world.ports.entropy.id() as RequestRecord['id'], ...more };
      world.requests.set(request.id, request);
      return request;
    };
    const police = 'politie' as RequestRecord['recipient'];
    const later = since({ recipient: police });
    const coming = since({ recipient: police, state: 'answered', held: null });
    const said = { how: 'not-held', by } as const;
    expect(await confirmCorrection(world.ports, world.call('gemeente'), id, said)).toMatchObject({ kind: 'confirmed' });
    const passed = [...world.corrections.values()].filter(({ corrects }) => corrects === id);
    expect(passed).toMatchObject([
      {
        source: 'gemeente',
        notices: [
          { recipient: 'corporatie', requests: [next.id] },
          { recipient: 'politie', requests: [later.id] },
        ],
        underWay: [coming.id],
      },
    ]);
  });

  it('goes past who says that it holds nothing of the fields that it did not pass on itself', async () => {
    const fields = ['identity.surname', 'identity.givenNames'] as FieldId[];
    const first = await given('gemeente', { fields });
    const obtained = Object.fromEntries(fields.map((field) => [field, [first.purpose as string]]));
    const next: RequestRecord = {
      ...first,
      id: world.ports.entropy.id() as RequestRecord['id'],
      source: 'gemeente' as RequestRecord['source'],
      recipient: 'corporatie' as RequestRecord['recipient'],
      decision: { ...first.decision, obtained },
    };
    world.requests.set(next.id, next);
    const id = await made({ fields });
    await made({ corrects: id, fields: ['identity.surname'] }, 'gemeente');
    const said = { how: 'not-held', by } as const;
    expect(await confirmCorrection(world.ports, world.call('gemeente'), id, said)).toMatchObject({ kind: 'confirmed' });
    const passed = [...world.corrections.values()].filter(({ corrects }) => corrects === id);
    expect(passed.map(({ fields: of, notices }) => [of, notices.map(({ fields: told }) => told)])).toEqual([
      [['identity.surname'], [['identity.surname']]],
      [['identity.givenNames'], [['identity.givenNames']]],
    ]);
  });

  it('goes past who got it by another request since and holds nothing again, to whom nobody told yet', async () => {
    const { first, next } = await passedOn();
    const late = {
      ...first,
      id: world.ports.entropy.id() as RequestRecord['id'],
      state: 'answered',
      held: null,
    } as const;
    world.requests.set(late.id, late);
    const id = await made();
    const said = { how: 'not-held', by } as const;
    const notHeld = () => confirmCorrection(world.ports, world.call('gemeente'), id, said);
    expect(await notHeld()).toMatchObject({ kind: 'confirmed' });
    world.requests.set(late.id, { ...late, state: 'delivered', held: first.held });
    expect(await tellSinceGiven(world.ports)).toBe(1);
    const more = { ...next, id: world.ports.entropy.id() as RequestRecord['id'] };
    world.requests.set(more.id, more);
    expect(await notHeld()).toMatchObject({ kind: 'confirmed' });
    const passed = [...world.corrections.values()].filter(({ corrects }) => corrects === id);
    expect(passed.map(({ notices }) => notices.map(({ requests }) => requests))).toEqual([[[next.id]], [[more.id]]]);
  });

  it('misses nobody to whom it is given while its recipient says that it holds nothing', async () => {
    const { next } = await passedOn();
    const id = await made();
    let late: RequestRecord | null = null;
    const ports = {
      ...world.ports,
      corrections: {
        ...world.ports.corrections,
        given: async (subject: SubjectId) => {
          const found = await world.ports.corrections.given(subject);
          if (late === null) {
            late = { ...next, id: world.ports.entropy.id() as RequestRecord['id'] };
            world.requests.set(late.id, late);
          }
          return found;
        },
      },
    };
    await confirmCorrection(ports, world.call('gemeente'), id, { how: 'not-held', by });
    const [passed] = [...world.corrections.values()].filter(({ corrects }) => corrects === id);
    expect(passed?.notices).toMatchObject([{ requests: [next.id, (late as RequestRecord | null)?.id] }]);
  });

  it('asks nobody to pass on what it holds of its own', async () => {
    const { next } = await passedOn();
    world.requests.set(next.id, {
      ...next,
      decision: { ...next.decision, obtained: { ['identity.surname' as FieldId]: ['own'] } },
    });
    expect(await seenBy('gemeente', await made())).toMatchObject({ notice: { givenOn: [] } });
  });
});
