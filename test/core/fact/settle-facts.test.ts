import { beforeEach, describe, expect, it } from 'vitest';
import type { FactId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { FactBody } from '../../../src/core/disclosure/operations.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { confirmFact } from '../../../src/core/fact/confirm-fact.ts';
import { correctFact } from '../../../src/core/fact/correct-fact.ts';
import { disputeFact } from '../../../src/core/fact/dispute-fact.ts';
import { readFact } from '../../../src/core/fact/read-fact.ts';
import { at, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const correction = {
  from: at('2026-11-03T08:00:00.000Z'),
  until: null,
  unit: 'gemeente',
  reference: null,
  attributes: { role: 'residence-municipality' },
  caseReference: null,
};

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  world.answer = async () => planAnswer;
  await detain(world.ports, () => world.call('pi'));
});

function factAbout(unit: string | null, type = 'involvement'): FactId {
  const found = [...world.facts.values()].find((fact) => fact.type === type && fact.unit === unit);
  if (found === undefined) throw new Error('no such fact');
  return found.id;
}
const nobodys = '01890000-0000-7000-8000-000000000000' as FactId;
const kinds = () => world.entries.map(({ kind }) => kind);
const asked = async () => (await ask(world.ports, world.call('gemeente'), planRequest())).kind;

describe('a correction', () => {
  it('puts a new fact in the place of the old one, in one commit that moves the person on', async () => {
    const old = factAbout('gemeente');
    const [epoch] = world.epochs.values();
    const before = world.entries.length;
    const outcome = await correctFact(world.ports, world.call('pi'), old, correction);
    expect(outcome).toMatchObject({ kind: 'corrected', old, fact: { from: correction.from, unit: 'gemeente' } });
    expect(world.facts.get(old)?.state).toBe('corrected');
    expect([...world.epochs.values()]).toEqual([(epoch ?? 0) + 1]);
    expect(kinds().slice(before, before + 2)).toEqual(['fact-attested', 'fact-corrected']);
  });

  it('takes away what rested on the old fact alone', async () => {
    expect(await asked()).toBe('delivered');
    const other = { ...correction, unit: 'buurgemeente' };
    expect(await correctFact(world.ports, world.call('pi'), factAbout('gemeente'), other)).toMatchObject({
      kind: 'corrected',
    });
    expect(await asked()).toBe('refused');
  });

  it('is of whoever attested it alone: to others there is no such fact', async () => {
    const others = await correctFact(world.ports, world.call('gemeente'), factAbout('gemeente'), correction);
    expect(others).toEqual({ kind: 'not-found' });
    expect(await correctFact(world.ports, world.call('pi'), nobodys, correction)).toEqual(others);
  });

  it('may say no more than an attestation may', async () => {
    const id = factAbout('gemeente');
    const outcomes = [
      await correctFact(world.ports, world.call('pi'), id, { ...correction, unit: 'politie' }),
      await correctFact(world.ports, world.call('pi'), id, { ...correction, unit: null }),
      await correctFact(world.ports, world.call('pi'), id, { ...correction, until: correction.from }),
    ];
    expect(outcomes.map(({ kind }) => kind)).toEqual(['may-not-attest', 'invalid', 'invalid']);
    expect(world.facts.get(id)?.state).toBe('attested');
  });

  it('is done once, and its key replays the fact that now stands', async () => {
    const id = factAbout('gemeente');
    const call = world.call('pi');
    const first = await correctFact(world.ports, call, id, correction);
    if (first.kind !== 'corrected') throw new Error('not corrected');
    expect(await correctFact(world.ports, call, id, correction)).toEqual({ kind: 'replayed', id: first.fact.id });
    expect(await correctFact(world.ports, world.call('pi'), id, correction)).toEqual({ kind: 'wrong-fact-state' });
  });
});

describe('a dispute', () => {
  const ground = 'Deze persoon staat hier niet ingeschreven';

  it('keeps the fact from permitting anything until it is confirmed', async () => {
    const id = factAbout('gemeente');
    expect(await asked()).toBe('delivered');
    expect(await disputeFact(world.ports, world.call('gemeente'), id, ground)).toMatchObject({ kind: 'disputed', id });
    expect(await asked()).toBe('refused');
    expect(await confirmFact(world.ports, world.call('pi'), id)).toMatchObject({
      kind: 'confirmed',
      state: 'attested',
    });
    expect(await asked()).toBe('delivered');
    expect(kinds()).toEqual(expect.arrayContaining(['fact-disputed', 'fact-confirmed']));
  });

  it('tells the unit that attested it, with a link, and shows it alone who disputes and why', async () => {
    const id = factAbout('gemeente');
    await disputeFact(world.ports, world.call('gemeente'), id, ground);
    const told = world.events.filter(({ type }) => type === 'nl.sluis.fact.disputed');
    expect(told).toMatchObject([{ unit: 'pi', dataref: `/v1/facts/${id}` }]);
    const [attester, about, other] = ['pi', 'gemeente', 'reclassering'].map((unit) =>
      readFact(world.ports, world.call(unit), id),
    );
    expect(await attester).toMatchObject({ fact: { state: 'disputed' }, dispute: { by: 'gemeente', ground } });
    expect(await about).toMatchObject({ fact: { id }, dispute: null });
    expect(await other).toBeNull();
  });

  it('may also come from a unit that is involved with the subject', async () => {
    const id = factAbout(null, 'detention');
    expect(await disputeFact(world.ports, world.call('reclassering'), id, ground)).toMatchObject({ kind: 'disputed' });
  });

  it('of somebody else is the same as one of a fact that is not there, also with a key that was used before', async () => {
    const id = factAbout(null, 'detention');
    for (const fact of [id, nobodys]) {
      const call = world.call('buurgemeente');
      expect(await disputeFact(world.ports, call, fact, ground)).toEqual({ kind: 'not-found' });
      const used = world.call('buurgemeente', `used-${fact}`, 'another digest');
      await ask(world.ports, used, planRequest());
      const again = { ...used, idempotency: { ...used.idempotency, digest: 'this digest' } };
      expect(await disputeFact(world.ports, again, fact, ground)).toEqual({ kind: 'key-reused' });
    }
    expect(world.facts.get(id)?.state).toBe('attested');
  });

  it('is over for who is no longer involved', async () => {
    world.nowMs = Date.parse('2027-03-01T00:00:00.000Z');
    const id = factAbout(null, 'detention');
    expect(await disputeFact(world.ports, world.call('reclassering'), id, ground)).toEqual({ kind: 'not-found' });
  });

  it('is settled by a correction too', async () => {
    const id = factAbout('gemeente');
    await disputeFact(world.ports, world.call('gemeente'), id, ground);
    expect(await correctFact(world.ports, world.call('pi'), id, correction)).toMatchObject({ kind: 'corrected' });
    expect(await asked()).toBe('delivered');
  });

  it('is raised once and confirmed once, by the unit that attested', async () => {
    const id = factAbout('gemeente');
    expect(await confirmFact(world.ports, world.call('pi'), id)).toEqual({ kind: 'wrong-fact-state' });
    await disputeFact(world.ports, world.call('gemeente'), id, ground);
    expect(await disputeFact(world.ports, world.call('pi'), id, ground)).toEqual({ kind: 'wrong-fact-state' });
    expect(await confirmFact(world.ports, world.call('gemeente'), id)).toEqual({ kind: 'not-found' });
    expect(await confirmFact(world.ports, world.call('pi'), id)).toMatchObject({ kind: 'confirmed' });
    expect(await confirmFact(world.ports, world.call('pi'), id)).toEqual({ kind: 'wrong-fact-state' });
  });

  it('commits nothing where the commit breaks', async () => {
    const id = factAbout('gemeente');
    world.breakNextCommit = 'before';
    await expect(disputeFact(world.ports, world.call('gemeente'), id, ground)).rejects.toThrow();
    expect(world.facts.get(id)?.state).toBe('attested');
  });
});

describe('a role that one unit at a time has', () => {
  const relation = (unit: string, from: string, word = 'return-municipality'): FactBody => ({
    subject: planRequest().subject,
    type: 'involvement',
    from: at(from),
    until: null,
    unit,
    reference: null,
    attributes: { role: word },
    caseReference: null,
  });

  it('ends for the one when another gets it, where the new one begins', async () => {
    const old = factAbout('gemeente');
    const from = '2026-11-20T00:00:00.000Z';
    const outcome = await attestFact(world.ports, world.call('pi'), relation('buurgemeente', from));
    expect(outcome).toMatchObject({ kind: 'attested' });
    expect(world.facts.get(old)).toMatchObject({ state: 'ended', until: from });
    expect(kinds()).toEqual(expect.arrayContaining(['fact-ended']));
    expect(await asked()).toBe('refused');
  });

  it('was never so for the one, where it began with the other or later', async () => {
    const old = factAbout('gemeente');
    await attestFact(world.ports, world.call('pi'), relation('buurgemeente', '2026-11-02T08:00:00.000Z'));
    expect(world.facts.get(old)).toMatchObject({ state: 'corrected' });
  });

  it('leaves what lies in another time, is of the same unit, or is no such role', async () => {
    const kept = [factAbout('gemeente'), factAbout('reclassering'), factAbout('pi')];
    await attestFact(world.ports, world.call('pi'), relation('gemeente', '2026-11-20T00:00:00.000Z'));
    await attestFact(world.ports, world.call('pi'), relation('buurgemeente', '2027-02-10T08:00:00.000Z'));
    expect(kept.map((id) => world.facts.get(id)?.state)).toEqual(['attested', 'attested', 'attested']);
  });

  it('leaves a disputed fact to who has to settle it', async () => {
    const old = factAbout('gemeente');
    await disputeFact(world.ports, world.call('gemeente'), old, 'niet van hier');
    await attestFact(world.ports, world.call('pi'), relation('buurgemeente', '2026-11-20T00:00:00.000Z'));
    expect(world.facts.get(old)?.state).toBe('disputed');
  });

  it('tells the unit that had attested what gave way', async () => {
    const named = await attestFact(
      world.ports,
      world.call('reclassering'),
      relation('gemeente', '2026-11-15T00:00:00.000Z'),
    );
    if (named.kind !== 'attested') throw new Error('not attested');
    await attestFact(world.ports, world.call('pi'), relation('buurgemeente', '2026-11-20T00:00:00.000Z'));
    const told = world.events.filter(({ type }) => type === 'nl.sluis.fact.displaced');
    expect(told).toMatchObject([{ unit: 'reclassering', dataref: `/v1/facts/${named.fact.id}` }]);
  });
});
