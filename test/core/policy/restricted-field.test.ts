import { describe, expect, it } from 'vitest';
import type { FactId, FieldId, Instant, PurposeId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import { fieldRestricted, restrictionType } from '../../../src/core/fact/restriction.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import type { Decision } from '../../../src/core/policy/decision.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const now = '2026-11-21T10:00:00.000Z' as Instant;
const from = '2026-11-02T08:00:00.000Z' as Instant;
const subject = { id: '0192f0c1-0000-7000-8000-000000000001' as SubjectId, epoch: 1 };
const prison = { unit: 'pi' as UnitId, kind: 'prison' };
const municipality = { unit: 'gemeente' as UnitId, kind: 'municipality' };
const [surname, names] = ['identity.surname' as FieldId, 'identity.givenNames' as FieldId];

let count = 0;
function fact(type: string, unit: string | null, attributes: Fact['attributes'], more: Partial<Fact> = {}): Fact {
  count += 1;
  return {
    ...{ id: `f${count}` as FactId, subject: subject.id, type, from, until: null, attestedBy: prison.unit },
    ...{ unit: unit as UnitId | null, reference: null, state: 'attested', attributes },
    ...more,
  };
}

const known = [
  fact('detention', null, {}),
  fact('phase', null, { phase: 'detention' }),
  fact('involvement', 'pi', { role: 'detaining-prison' }),
  fact('involvement', 'gemeente', { role: 'residence-municipality' }),
];
const restriction = (more: Partial<Fact> = {}, unit = 'pi') =>
  fact(restrictionType, unit, fieldRestricted(surname), more);

function decided(facts: readonly Fact[], person: typeof subject | null = subject): Decision {
  return decide(set, {
    ...{ purpose: 'plan-basic-conditions' as PurposeId, trigger: 'pull', source: prison, recipient: municipality },
    ...{ fields: [surname, names], userRole: null, snapshot: { subject: person, facts, consents: [] }, now },
  });
}
const permitted = (facts: readonly Fact[]) => {
  const decision = decided(facts);
  return decision.outcome === 'permit' ? decision.permitted : [];
};

describe('a field that its source restricted', () => {
  it('is not available, in the words of a person whom nobody knows, and every other field goes on', () => {
    expect(permitted(known)).toEqual([surname, names]);
    expect(permitted([...known, restriction()])).toEqual([names]);
    const nobody = decided([], null).refused.find(({ field }) => field === surname);
    expect(decided([...known, restriction()]).refused).toEqual([nobody]);
  });

  it.each([
    ['disputed', { state: 'disputed' }],
    ['ended later', { state: 'ended', until: '2026-12-01T00:00:00.000Z' as Instant }],
    ['of a period that cannot be read', { from: 'once' as Instant }],
  ] as const)('stays so where the restriction is %s', (_, more) => {
    expect(permitted([...known, restriction(more)])).toEqual([names]);
  });

  it.each([
    ['over', [restriction({ state: 'ended', until: from })]],
    ['corrected', [restriction({ state: 'corrected' })]],
    ['of another source', [restriction({}, 'reclassering')]],
    ['about somebody else', [restriction({ subject: 'another' as SubjectId })]],
  ])('is given again where the restriction is %s', (_, restrictions) => {
    expect(permitted([...known, ...restrictions])).toEqual([surname, names]);
  });

  it('stands in the record of the decision, so that a replay says the same', () => {
    expect(decided([...known, restriction()]).conditions).toContainEqual(
      expect.objectContaining({ condition: `unrestricted(${surname})`, value: 'false' }),
    );
    expect(decided(known).conditions.filter(({ condition }) => condition.startsWith('unrestricted('))).toEqual([]);
  });
});
