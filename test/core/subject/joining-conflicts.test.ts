import { describe, expect, test } from 'vitest';
import type { ConsentId, FactId, Instant, PurposeId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import type { Consent, ConsentState } from '../../../src/core/consent/consent.ts';
import type { Fact, FactState } from '../../../src/core/fact/fact.ts';
import type { Holdings } from '../../../src/core/subject/change-ports.ts';
import { joiningConflicts } from '../../../src/core/subject/joining-conflicts.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const { catalogue } = shippedSet();
const moment = (text: string) => text as Instant;

function holdings(id: string, more: Partial<Holdings> = {}): Holdings {
  return {
    subject: { id: id as SubjectId, epoch: 1 },
    numbers: {},
    facts: [],
    consents: [],
    requests: [],
    notices: [],
    timers: [],
    claims: [],
    pseudonyms: [],
    caseReferences: [],
    persons: [],
    ...more,
  };
}

function residence(id: string, unit: string, from: string, until: string | null, state: FactState = 'attested'): Fact {
  return {
    id: id as FactId,
    subject: 's' as SubjectId,
    type: 'involvement',
    from: moment(from),
    until: until === null ? null : moment(until),
    attestedBy: 'pi' as UnitId,
    unit: unit as UnitId,
    reference: null,
    state,
    attributes: { role: 'residence-municipality' },
  };
}

function consent(id: string, state: ConsentState, more: Partial<Consent> = {}): Consent {
  return {
    id: id as ConsentId,
    subject: 's' as SubjectId,
    source: 'gemeente' as UnitId,
    recipient: 'corporatie' as UnitId,
    purpose: 'housing-placement' as PurposeId,
    categories: ['housing'],
    kind: 'consent',
    state,
    decidedBy: null,
    requestedBy: 'gemeente' as UnitId,
    requestedAt: moment('2026-01-01T00:00:00.000Z'),
    decidedAt: null,
    validUntil: moment('2027-01-01T00:00:00.000Z'),
    noticeVersion: 1,
    language: 'nl',
    ...more,
  };
}

describe('two records', () => {
  test('contradict each other by two numbers of one scheme, unless one is withdrawn', () => {
    const [stays, goes] = [
      holdings('a', { numbers: { bsn: '1', skn: '2' } }),
      holdings('b', { numbers: { bsn: '3' } }),
    ];
    expect(joiningConflicts(catalogue, stays, goes, [])).toEqual([{ conflict: 'two-numbers', scheme: 'bsn' }]);
    expect(joiningConflicts(catalogue, stays, goes, ['bsn'])).toEqual([]);
  });

  test.each([
    ['overlap', residence('f', 'zwolle', '2026-01-01', null), 1],
    ['are of one unit', residence('f', 'deventer', '2026-01-01', null), 0],
    ['follow one another', residence('f', 'zwolle', '2025-01-01', '2026-02-01'), 0],
    ['overlap and one was corrected', residence('f', 'zwolle', '2026-01-01', null, 'corrected'), 0],
  ])('contradict each other by exclusive roles where they %s: %#', (_, fact, conflicts) => {
    const stays = holdings('a', { facts: [residence('e', 'deventer', '2026-02-01', null)] });
    const found = joiningConflicts(catalogue, stays, holdings('b', { facts: [fact] }), []);
    expect(found).toEqual(conflicts === 0 ? [] : [{ conflict: 'exclusive-facts', facts: ['e', 'f'] }]);
  });

  test.each<[ConsentState, ConsentState, boolean]>([
    ['given', 'refused', true],
    ['withdrawn', 'given', true],
    ['requested', 'requested', true],
    ['given', 'given', true],
    ['refused', 'withdrawn', false],
    ['given', 'expired', false],
  ])('with a consent that is %s in one and %s in the other: a conflict is %s', (one, other, isConflict) => {
    const stays = holdings('a', { consents: [consent('c', one)] });
    const found = joiningConflicts(catalogue, stays, holdings('b', { consents: [consent('d', other)] }), []);
    expect(found).toEqual(isConflict ? [{ conflict: 'consents', consents: ['c', 'd'] }] : []);
  });

  test('do not contradict each other by consents of other units, purposes or kinds', () => {
    const stays = holdings('a', { consents: [consent('c', 'given')] });
    const others = [
      consent('d', 'refused', { source: 'elders' as UnitId }),
      consent('e', 'refused', { purpose: 'income' as PurposeId }),
      consent('f', 'refused', { kind: 'waiver' }),
    ];
    expect(joiningConflicts(catalogue, stays, holdings('b', { consents: others }), [])).toEqual([]);
  });
});
