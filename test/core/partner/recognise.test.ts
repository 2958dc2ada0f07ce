import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import type { Oin, PartnerRegistry, Unit } from '../../../src/core/partner/partner.ts';
import { recognise } from '../../../src/core/partner/recognise.ts';

const oin = '00000099000000001000';
const [one, two, three] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];

function unit(id: string, thumbprints: readonly string[], change: Partial<Unit> = {}): Unit {
  return {
    id: id as UnitId,
    organisation: { oin: oin as Oin, name: 'Organisatie' },
    name: id,
    kind: 'some',
    state: 'active',
    selector: { thumbprints, subOin: null },
    connector: null,
    encryptionKeys: null,
    signingKeys: [],
    jwks: null,
    staff: false,
    webhooks: [],
    acceptedPolicySet: null,
    ...change,
  };
}

function registry(...units: readonly Unit[]): PartnerRegistry {
  return { version: 1, units: new Map(units.map((found) => [found.id, found])) };
}

function outcome(found: PartnerRegistry, peer: { oin: string; thumbprint: string }): string {
  const recognised = recognise(found, peer, null);
  return recognised.ok ? recognised.value.unit.id : recognised.refusal;
}

describe('recognising a partner', () => {
  const college = unit('college', [one]);
  const mayor = unit('mayor', [two]);

  test('tells units of one organisation apart by certificate', () => {
    expect(outcome(registry(college, mayor), { oin, thumbprint: one })).toBe('college');
    expect(outcome(registry(college, mayor), { oin, thumbprint: two })).toBe('mayor');
  });

  test('takes any certificate of the organisation for a unit that lists none', () => {
    expect(outcome(registry(unit('only', [])), { oin, thumbprint: three })).toBe('only');
  });

  test.each<[string, PartnerRegistry, string]>([
    ['nobody is registered', registry(), 'unregistered'],
    [
      'only others are registered',
      registry(unit('x', [one], { organisation: { oin: oin.replace('1', '2') as Oin, name: '' } })),
      'unregistered',
    ],
    ['its certificate is no unit’s', registry(mayor), 'no-unit'],
    ['its certificate is two units’', registry(college, unit('other', [one])), 'ambiguous-unit'],
    ['a unit with and one without a list both match', registry(college, unit('any', [])), 'ambiguous-unit'],
    [
      'a suspended unit matches beside an active one',
      registry(college, unit('s', [one], { state: 'suspended' })),
      'ambiguous-unit',
    ],
    ['its unit is suspended', registry(unit('college', [one], { state: 'suspended' }), mayor), 'suspended'],
  ])('refuses when %s', (_, found, refusal) => {
    expect(outcome(found, { oin, thumbprint: one })).toBe(refusal);
  });

  describe('with a number of its own', () => {
    const subOin = '00000004123456789000' as Oin;
    const numbered = (id: string, thumbprints: readonly string[] = [], change: Partial<Unit> = {}) =>
      unit(id, [], { selector: { thumbprints, subOin }, ...change });

    test.each<[string, PartnerRegistry, string, string]>([
      ['is spoken for under it', registry(numbered('part'), college), subOin, 'part'],
      ['is not spoken for under its organisation’s', registry(numbered('part')), oin, 'unregistered'],
      ['leaves the organisation’s to the others', registry(numbered('part'), unit('rest', [])), oin, 'rest'],
      ['with a list, needs both', registry(numbered('part', [two])), subOin, 'no-unit'],
      ['with a list that names the certificate', registry(numbered('part', [one])), subOin, 'part'],
      ['that another has too, is nobody’s', registry(numbered('part'), numbered('twin')), subOin, 'ambiguous-unit'],
      ['is no way around a suspension', registry(numbered('part', [], { state: 'suspended' })), subOin, 'suspended'],
      ['that nobody has', registry(college, mayor), subOin, 'unregistered'],
    ])('%s', (_, found, number, expected) => {
      expect(outcome(found, { oin: number, thumbprint: one })).toBe(expected);
    });

    test.each<[string, PartnerRegistry, string, string]>([
      ['chooses among units of one number', registry(numbered('part'), numbered('twin')), 'twin', 'twin'],
      ['does not reach a unit of another number', registry(numbered('part'), unit('rest', [])), 'rest', 'no-unit'],
    ])('a signed choice %s', (_, found, actingAs, expected) => {
      const recognised = recognise(found, { oin: subOin, thumbprint: one }, actingAs as UnitId);
      expect(recognised.ok ? recognised.value.unit.id : recognised.refusal).toBe(expected);
    });
  });

  test('does not take a part, a prefix or another case of a number or thumbprint for the whole', () => {
    for (const peer of [
      { oin: oin.slice(0, 19), thumbprint: one },
      { oin: `${oin}0`, thumbprint: one },
      { oin, thumbprint: one.slice(1) },
      { oin, thumbprint: one.toUpperCase() },
      { oin: '', thumbprint: '' },
    ]) {
      expect(['unregistered', 'no-unit']).toContain(outcome(registry(college, mayor), peer));
    }
  });

  test('recognises exactly where one active unit matches, whatever is registered', () => {
    const thumbprints = fc.subarray([one, two, three]);
    const state = fc.constantFrom('active' as const, 'suspended' as const);
    const units = fc.array(fc.tuple(thumbprints, state), { maxLength: 4 });
    fc.assert(
      fc.property(units, fc.constantFrom(one, two, three), (drawn, thumbprint) => {
        const all = drawn.map(([list, found], index) => unit(`u${index}`, list, { state: found }));
        const matching = all.filter(
          ({ selector: { thumbprints } }) => thumbprints.length === 0 || thumbprints.includes(thumbprint),
        );
        const recognised = recognise(registry(...all), { oin, thumbprint }, null);
        expect(recognised.ok).toBe(matching.length === 1 && matching[0]?.state === 'active');
        if (recognised.ok) expect(recognised.value.unit).toBe(matching[0]);
      }),
    );
  });
});
