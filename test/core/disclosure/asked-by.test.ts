import { beforeEach, describe, expect, it } from 'vitest';
import type { SubjectId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { askedBy } from '../../../src/core/disclosure/asked-by.ts';
import type { SourceQuestion } from '../../../src/core/disclosure/ports.ts';
import { httpOf } from '../../../src/core/partner/connector.ts';
import type { Unit } from '../../../src/core/partner/partner.ts';
import { type MemoryWorld, memoryUnit, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const subject = { id: '01920000-0000-7000-9000-000000000001' as SubjectId, epoch: 1 };

describe('a source is asked', () => {
  const of = (kind: string, scheme: 'bsn' | 'skn' | 'caseReference', references: readonly string[], known = true) => {
    const connector = httpOf(memoryUnit('x', kind).connector);
    if (connector === null) throw new Error('no connector');
    const source: Unit = memoryUnit('bron', kind, { connector: { ...connector, subject: { scheme, pointer: '/n' } } });
    const snapshot = { subject: known ? subject : null, facts: [], consents: [] };
    const reading = { snapshot, identifiers: { bsn: '900000001', skn: '1234567' }, claim: null };
    const policies = { current: () => set, boundTo: () => set };
    return askedBy({ policies, references: { of: async () => references } }, { source, reading });
  };

  it('by the numbers that its kind may process, and no others', async () => {
    expect(await of('prison', 'bsn', [])).toEqual({ bsn: '900000001', skn: '1234567' });
    expect(await of('municipality', 'bsn', [])).toEqual({ bsn: '900000001' });
    expect(await of('forensicCare', 'bsn', [])).toEqual({ skn: '1234567' });
    expect(await of('housingAssociation', 'bsn', [])).toEqual({});
    expect(await of('nobody-knows', 'bsn', [])).toEqual({});
  });

  it('by its own reference where it wants that, and there is one', async () => {
    expect(await of('housingAssociation', 'caseReference', ['WH-1'])).toEqual({ caseReference: 'WH-1' });
    expect(await of('housingAssociation', 'caseReference', [])).toEqual({});
    expect(await of('housingAssociation', 'caseReference', ['WH-1', 'WH-2'])).toEqual({});
    expect(await of('housingAssociation', 'caseReference', ['WH-1'], false)).toEqual({});
    expect(await of('prison', 'bsn', ['WH-1'])).not.toHaveProperty('caseReference');
  });
});

describe('an answer about a reference', () => {
  let world: MemoryWorld;
  let asked: SourceQuestion[];
  beforeEach(async () => {
    asked = [];
    const byReference = units.map((unit) => {
      const connector = httpOf(unit.connector);
      if (unit.id !== 'pi' || connector === null) return unit;
      return { ...unit, connector: { ...connector, subject: { scheme: 'caseReference' as const, pointer: '/n' } } };
    });
    world = memoryWorld(set, byReference);
    await detain(world.ports, () => world.call('pi'));
    world.caseReferences = ['PI-77'];
    const { fetch } = world.ports.sources;
    Object.assign(world.ports.sources, {
      fetch: (question: SourceQuestion) => {
        asked.push(question);
        return fetch(question);
      },
    });
  });

  /** The record moves while the source answers. */
  const movingOn = (references: readonly string[]) => async () => {
    for (const [id, epoch] of world.epochs) world.epochs.set(id, epoch + 1);
    world.caseReferences = references;
    return planAnswer;
  };

  it('is given while the person still has it', async () => {
    world.answer = movingOn(['PI-77']);
    expect(await ask(world.ports, world.call('gemeente'), planRequest())).toMatchObject({ kind: 'delivered' });
    expect(asked.map(({ identifiers }) => identifiers.caseReference)).toEqual(['PI-77']);
  });

  it.each([[[]], [['PI-78']], [['PI-77', 'PI-78']]])(
    'is dropped when the person has %j by then',
    async (references) => {
      world.answer = movingOn(references);
      const outcome = ask(world.ports, world.call('gemeente'), planRequest());
      await expect(outcome).rejects.toMatchObject({ code: 'basis-changed' });
      expect(world.entries.at(-1)?.kind).toBe('failed-attempt');
    },
  );
});
