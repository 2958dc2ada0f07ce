import { beforeEach, describe, expect, it } from 'vitest';
import type { FactId, UnitId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { endFact } from '../../../src/core/fact/end-fact.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import { at, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(shippedSet(), units);
  world.answer = async () => planAnswer;
  await detain(world.ports, () => world.call('pi'));
});

function involvementOf(unit: string): Fact {
  const found = [...world.facts.values()].find((fact) => fact.type === 'involvement' && fact.unit === unit);
  if (found === undefined) throw new Error('no such fact');
  return found;
}
const endOf = (id: FactId, until: string) => endFact(world.ports, world.call('pi'), id, at(until));
const asked = async () => (await ask(world.ports, world.call('gemeente'), planRequest())).kind;

describe('the end of a fact', () => {
  it('does not bring back what has expired', async () => {
    const fact = involvementOf('gemeente');
    world.facts.set(fact.id, { ...fact, until: at('2026-11-02T00:00:00.000Z') });
    expect(await asked()).toBe('refused');
    expect(await endOf(fact.id, '2099-01-01T00:00:00.000Z')).toMatchObject({ kind: 'invalid', member: 'until' });
    expect(await asked()).toBe('refused');
    expect(world.facts.get(fact.id)?.state).toBe('attested');
  });

  it('comes no later than the end that is on record, nor at the same moment', async () => {
    const fact = involvementOf('gemeente');
    world.facts.set(fact.id, { ...fact, until: at('2027-01-01T00:00:00.000Z') });
    for (const until of ['2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.001Z'])
      expect(await endOf(fact.id, until)).toMatchObject({ kind: 'invalid', member: 'until' });
    expect(await endOf(fact.id, '2026-12-31T23:59:59.999Z')).toMatchObject({ kind: 'ended' });
    expect(await endOf(fact.id, '2027-01-01T00:00:00.000Z')).toEqual({ kind: 'already-ended' });
  });
});

describe('a mandate', () => {
  const mandateFor = (unit: string) => ({
    subject: planRequest().subject,
    type: 'involvement',
    from: at('2026-11-01T00:00:00.000Z'),
    until: at('2027-01-01T00:00:00.000Z'),
    unit,
    reference: 'mandaat-1',
    attributes: { role: 'mandated-municipality' },
    caseReference: null,
  });

  it('is given by the municipality whose task it is, and neither renewed nor passed on by who got it', async () => {
    const given = await attestFact(world.ports, world.call('gemeente'), mandateFor('buurgemeente'));
    expect(given).toMatchObject({ kind: 'attested' });
    for (const unit of ['buurgemeente', 'gemeente'])
      expect(await attestFact(world.ports, world.call('buurgemeente'), mandateFor(unit))).toEqual({
        kind: 'may-not-attest',
      });
  });

  it('gives no voice: who is involved by it alone attests nothing that asks for involvement', async () => {
    await attestFact(world.ports, world.call('gemeente'), mandateFor('buurgemeente'));
    const restriction = { ...mandateFor('gemeente'), type: 'restriction', unit: null, reference: null, attributes: {} };
    const outcome = await attestFact(world.ports, world.call('buurgemeente'), restriction);
    expect(outcome).toEqual({ kind: 'may-not-attest' });
    expect(await asked()).toBe('delivered');
    expect(await attestFact(world.ports, world.call('gemeente'), restriction)).toMatchObject({ kind: 'attested' });
  });
});

describe('a fact whose attester may not say it under the set that binds the source', () => {
  it('opens nothing, whatever a newer set allows', async () => {
    expect(await asked()).toBe('delivered');
    const fact = involvementOf('gemeente');
    world.facts.set(fact.id, { ...fact, attestedBy: 'politie' as UnitId });
    expect(await asked()).toBe('refused');
  });

  it('opens nothing when nobody knows its attester any more', async () => {
    const fact = involvementOf('gemeente');
    world.facts.set(fact.id, { ...fact, attestedBy: 'gone' as UnitId });
    expect(await asked()).toBe('refused');
  });
});
