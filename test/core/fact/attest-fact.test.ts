import { beforeEach, describe, expect, it } from 'vitest';
import type { FactBody } from '../../../src/core/disclosure/operations.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { at, type MemoryWorld, memoryUnit, memoryWorld } from '../../world/memory-world.ts';
import { detain, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const restriction: FactBody = {
  subject: planRequest().subject,
  type: 'restriction',
  from: at('2026-11-20T00:00:00.000Z'),
  until: null,
  unit: null,
  reference: null,
  attributes: {},
  caseReference: null,
};

let world: MemoryWorld;
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
});

describe('a fact that only an involved unit may attest', () => {
  it('is taken from a unit that is involved', async () => {
    expect(await attestFact(world.ports, world.call('gemeente'), restriction)).toMatchObject({ kind: 'attested' });
  });

  it('is refused from one that is not, in the same way for a person nobody knows', async () => {
    const known = await attestFact(world.ports, world.call('buurgemeente'), restriction);
    const unknown = await attestFact(world.ports, world.call('buurgemeente'), { ...restriction, subject: stranger });
    expect(known).toEqual({ kind: 'may-not-attest' });
    expect(unknown).toEqual(known);
    expect(world.epochs.size).toBe(1);
  });

  it('is refused once the involvement has ended', async () => {
    world.nowMs = Date.parse('2027-03-01T00:00:00.000Z');
    const refused = await attestFact(world.ports, world.call('gemeente'), restriction);
    expect(refused).toEqual({ kind: 'may-not-attest' });
  });

  it('is also the municipality of return that a probation office names', async () => {
    const named = (unit: string, subject: FactBody['subject']) =>
      attestFact(world.ports, world.call(unit), {
        ...restriction,
        subject,
        type: 'involvement',
        unit: 'buurgemeente',
        attributes: { role: 'return-municipality' },
      });
    expect(await named('reclassering', stranger)).toEqual({ kind: 'may-not-attest' });
    expect(await named('reclassering', restriction.subject)).toMatchObject({ kind: 'attested' });
  });

  it('is also a landlord that a municipality names', async () => {
    const landlord: FactBody = {
      ...restriction,
      type: 'involvement',
      unit: 'corporatie',
      attributes: { role: 'housing-applicant' },
    };
    const named = (unit: string) => attestFact(world.ports, world.call(unit), landlord);
    expect(await named('buurgemeente')).toEqual({ kind: 'may-not-attest' });
    expect(await named('gemeente')).toMatchObject({ kind: 'attested' });
  });
});

it('a case reference in use is left with whom it was given to first, and nobody is told', async () => {
  await detain(world.ports, () => world.call('pi'), stranger);
  const landlord = (subject: FactBody['subject'], caseReference: string) =>
    attestFact(world.ports, world.call('gemeente'), {
      ...restriction,
      subject,
      type: 'involvement',
      unit: 'corporatie',
      attributes: { role: 'housing-applicant' },
      caseReference,
    });
  const first = await landlord(restriction.subject, 'WH-1');
  expect(first).toMatchObject({ kind: 'attested' });
  expect(await landlord(stranger, 'WH-1')).toMatchObject({ kind: 'attested' });
  expect(await landlord(stranger, 'WH-2')).toMatchObject({ kind: 'attested' });
  const corporatie = memoryUnit('corporatie', 'housingAssociation').id;
  const whose = (value: string) => world.know('caseReference', value, corporatie);
  expect(whose('WH-1')).toBe(world.know('bsn', restriction.subject.value));
  expect(whose('WH-2')).toBe(world.know('bsn', stranger.value));
});
