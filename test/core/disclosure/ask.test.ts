import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import { withdrawOwnConsent } from '../../../src/core/consent/withdraw-consent.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { Fault } from '../../../src/core/fault.ts';
import type { Unit } from '../../../src/core/partner/partner.ts';
import { type Breakage, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import {
  askConsent,
  detain,
  giveConsent,
  housingRequest,
  planAnswer,
  planFields,
  planRequest,
  stranger,
  units,
} from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { dropReference, visible } from '../../world/visible.ts';

const set = shippedSet();

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
});

describe('a plan request', () => {
  it('delivers the permitted fields and puts permit and disclosure on record, in that order', async () => {
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
    expect(outcome).toMatchObject({ kind: 'delivered', answer: { form: 'clear', data: planAnswer } });
    expect(world.entries.map((entry) => entry.kind).slice(-2)).toEqual(['permit', 'disclosure']);
    expect([...world.requests.values()].at(-1)?.state).toBe('delivered');
  });

  it('gives the asker no opening that says who the gateway thinks it is about', async () => {
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
    if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
    expect(outcome.receipt.openings.map((opening) => opening.name)).toEqual(['payload']);
  });

  it('drops fields that the source sends unasked', async () => {
    world.answer = async () => ({ ...planAnswer, 'debts.wgsData': ['deurwaarder'], 'medical.diagnosis': 'x' });
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest());
    expect(outcome).toMatchObject({ kind: 'delivered', answer: { data: planAnswer } });
  });

  it('names the member that no catalogue knows, and writes nothing', async () => {
    const before = world.entries.length;
    const call = () => world.call('gemeente');
    expect(await ask(world.ports, call(), planRequest({ purpose: 'nieuwsgierigheid' }))).toEqual({
      kind: 'unknown-word',
      member: 'purpose',
    });
    expect(await ask(world.ports, call(), planRequest({ source: 'elders' }))).toMatchObject({ member: 'source' });
    const fields = ['identity.surname', 'identity.shoeSize'];
    expect(await ask(world.ports, call(), planRequest({ fields }))).toMatchObject({ member: 'fields.1' });
    expect(world.entries).toHaveLength(before);
  });

  it('replays state and receipt for the same key, never data, and refuses the key for another question', async () => {
    const first = await ask(world.ports, world.call('gemeente', 'sleutel', 'd1'), planRequest());
    const again = await ask(world.ports, world.call('gemeente', 'sleutel', 'd1'), planRequest());
    expect(first.kind).toBe('delivered');
    expect(again).toMatchObject({ kind: 'replayed', request: { state: 'delivered' } });
    expect(again).not.toHaveProperty('answer');
    expect(await ask(world.ports, world.call('gemeente', 'sleutel', 'd2'), planRequest())).toEqual({
      kind: 'key-reused',
    });
  });

  it('refuses the citizen service number from a kind that may not process it', async () => {
    expect(await ask(world.ports, world.call('corporatie'), planRequest())).toEqual({ kind: 'number-not-allowed' });
  });

  it.each(['source-unavailable', 'source-timeout', 'source-invalid'] as const)(
    'puts a %s on record as a failed attempt and gives nothing',
    async (code) => {
      world.answer = async () => {
        throw new Fault(code, 'planted');
      };
      await expect(ask(world.ports, world.call('gemeente'), planRequest())).rejects.toMatchObject({ code });
      expect(world.entries.at(-1)).toMatchObject({ kind: 'failed-attempt', body: { code } });
      expect([...world.requests.values()].at(-1)?.state).toBe('failed');
    },
  );

  it('treats an answer that the catalogue does not know as a failed attempt', async () => {
    world.answer = async () => ({ ...planAnswer, 'identity.birthDate': 'gisteren' });
    await expect(ask(world.ports, world.call('gemeente'), planRequest())).rejects.toMatchObject({
      code: 'source-invalid',
    });
    expect(world.entries.at(-1)?.kind).toBe('failed-attempt');
  });
});

describe('a source that is suspended while it answers', () => {
  it('gives nothing any more: its answer is dropped', async () => {
    world.answer = async () => {
      const registered = world.ports.registry.current().units as Map<UnitId, Unit>;
      const prison = units.find(({ id }) => id === 'pi');
      if (prison !== undefined) registered.set(prison.id, { ...prison, state: 'suspended' });
      // Whatever changes the registry has everybody read and decide again.
      for (const [subject, epoch] of world.epochs) world.epochs.set(subject, epoch + 1);
      return planAnswer;
    };
    await expect(ask(world.ports, world.call('gemeente'), planRequest())).rejects.toMatchObject({
      code: 'basis-changed',
    });
    expect(world.entries.slice(-2).map(({ kind }) => kind)).toEqual(['permit', 'failed-attempt']);
  });
});

describe('not available', () => {
  it('looks the same for an unknown person and a person with whom the asker is not involved', async () => {
    const uninvolved = await ask(world.ports, world.call('buurgemeente'), planRequest());
    const unknown = await ask(world.ports, world.call('buurgemeente'), planRequest({ subject: stranger }));
    expect(uninvolved).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    const reference = expect.objectContaining({ name: 'reference' });
    expect(JSON.parse(JSON.stringify(visible(uninvolved)), dropReference)).toEqual(
      JSON.parse(JSON.stringify(visible(unknown)), dropReference),
    );
    if (uninvolved.kind === 'refused') expect(uninvolved.receipt.openings).toContainEqual(reference);
  });

  it('looks the same whether a consent was never asked, waits, was refused, withdrawn or has expired', async () => {
    const seen: unknown[] = [];
    const look = async () => seen.push(visible(await ask(world.ports, world.call('corporatie'), housingRequest())));
    await look();
    const id = await askConsent(world.ports, world.call('gemeente'));
    await look();
    await giveConsent(world.ports, id);
    const consent = world.consents.get(id);
    if (!consent?.subject) throw new Error('no consent');
    world.consents.set(id, { ...consent, state: 'refused' });
    await look();
    world.consents.set(id, consent);
    await withdrawOwnConsent(world.ports, consent.subject, id, world.ports.entropy.trace());
    await look();
    world.consents.set(id, { ...consent, state: 'given' });
    world.nowMs = Date.parse('2027-06-01T00:00:00.000Z');
    await look();
    expect(seen[0]).toMatchObject({ kind: 'refused', request: { decision: { class: 'not-available' } } });
    for (const each of seen) expect(each).toEqual(seen[0]);
  });

  it('tells the police under the plan only what the law says of every person', async () => {
    const known = await ask(world.ports, world.call('politie'), planRequest());
    const unknown = await ask(world.ports, world.call('politie'), planRequest({ subject: stranger }));
    expect(known).toMatchObject({ kind: 'refused', request: { decision: { class: 'prohibited', permitted: [] } } });
    expect(JSON.parse(JSON.stringify(visible(known)), dropReference)).toEqual(
      JSON.parse(JSON.stringify(visible(unknown)), dropReference),
    );
  });
});

describe('whatever breaks', () => {
  it('gives no answer without a disclosure on record, and none with more than was permitted and asked', async () => {
    const breakage = fc.constantFrom<Breakage>('none', 'before', 'after');
    const fields = fc.subarray(planFields, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fields, fc.array(breakage, { maxLength: 3 }), fc.boolean(), async (asked, plan, sourceFails) => {
        const fresh = memoryWorld(set, units);
        await detain(fresh.ports, () => fresh.call('pi'));
        fresh.answer = async () => {
          fresh.breakNextCommit = plan[1] ?? 'none';
          if (sourceFails) throw new Fault('source-timeout', 'planted');
          return planAnswer;
        };
        fresh.breakNextCommit = plan[0] ?? 'none';
        const outcome = await ask(fresh.ports, fresh.call('gemeente'), planRequest({ fields: asked })).catch(
          (error: unknown) => {
            if (error instanceof Fault) return error.code;
            throw error;
          },
        );
        if (typeof outcome === 'string') return;
        const kinds = fresh.entries.filter((entry) => 'request' in entry.body).map((entry) => entry.kind);
        if (outcome.kind !== 'delivered') throw new Error(`unexpected ${outcome.kind}`);
        expect(kinds).toEqual(['permit', 'disclosure']);
        if (outcome.answer.form !== 'clear') throw new Error('expected a clear answer');
        const given = Object.keys(outcome.answer.data);
        expect(outcome.request.decision.permitted).toEqual(expect.arrayContaining(given));
        expect(asked).toEqual(expect.arrayContaining([...outcome.request.decision.permitted]));
      }),
      { numRuns: 200 },
    );
  });
});
