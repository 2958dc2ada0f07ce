import { describe, expect, test } from 'vitest';
import { checkFact, mayAttest, mayAttestThis } from '../../../src/core/fact/attest.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const { catalogue } = shippedSet();

describe('who may attest', () => {
  test.each([
    ['prison', 'detention', true],
    ['police', 'detention', false],
    ['municipality', 'detention', false],
    ['municipality', 'involvement', true],
    ['housingAssociation', 'involvement', false],
    ['guild', 'detention', false],
    ['prison', 'weather', false],
    ['prison', 'constructor', false],
  ])('%s, a fact of type %s: %s', (kind, type, expected) => {
    expect(mayAttest(catalogue, kind, type)).toBe(expected);
  });

  const role = (word: string, aboutKind: string | null) => ({
    type: 'involvement',
    attributes: { role: word },
    aboutKind,
  });

  test.each([
    ['a prison names the municipality of residence', 'prison', role('residence-municipality', 'municipality'), true],
    ['a municipality does not name itself', 'municipality', role('residence-municipality', 'municipality'), false],
    ['a municipality does not say who detains', 'municipality', role('detaining-prison', 'prison'), false],
    ['a probation service does not name itself', 'probation', role('supervising-probation', 'probation'), false],
    ['a role does not fit every kind', 'prison', role('residence-municipality', 'mayor'), false],
    ['a role nobody knows', 'prison', role('boss', 'prison'), false],
    ['an involvement of nobody', 'prison', role('detaining-prison', null), false],
    ['a fact without a unit', 'prison', { type: 'detention', attributes: {}, aboutKind: null }, true],
    ['a fact without a unit, about one', 'prison', { type: 'detention', attributes: {}, aboutKind: 'prison' }, false],
    [
      'a phase that is another’s',
      'probation',
      { type: 'phase', attributes: { phase: 'detention' }, aboutKind: null },
      false,
    ],
    [
      'a phase that is theirs',
      'probation',
      { type: 'phase', attributes: { phase: 'plan-execution' }, aboutKind: null },
      true,
    ],
    ['no attribute at all', 'prison', { type: 'phase', attributes: {}, aboutKind: null }, false],
  ])('%s', (_, kind, attestation, expected) => {
    expect(mayAttestThis(catalogue, kind, attestation)).toBe(expected);
  });
});

describe('the form of a fact', () => {
  const good = {
    type: 'involvement',
    unit: 'stad',
    reference: null,
    attributes: { role: 'residence-municipality' },
    caseReference: null,
  };

  test('is right', () => {
    expect(checkFact(catalogue, good)).toBeNull();
    expect(checkFact(catalogue, { ...good, caseReference: 'ZW-1' })).toBeNull();
    const bare = { type: 'detention', unit: null, reference: null, attributes: {}, caseReference: null };
    expect(checkFact(catalogue, bare)).toBeNull();
    const member = { ...good, unit: 'pi', attributes: { role: 'conference-member' }, reference: 'TB-2026/4' };
    expect(checkFact(catalogue, member)).toBeNull();
  });

  test.each([
    ['a type nobody knows', { ...good, type: 'weather' }, 'type'],
    ['a unit is missing', { ...good, unit: null }, 'unit'],
    ['a unit too many', { ...good, type: 'detention', attributes: {} }, 'unit'],
    ['an attribute is missing', { ...good, attributes: {} }, 'attributes.role'],
    ['a word nobody knows', { ...good, attributes: { role: 'boss' } }, 'attributes.role'],
    [
      'an inherited word',
      { ...good, attributes: Object.create(good.attributes) as Record<string, string> },
      'attributes.role',
    ],
    ['an attribute too many', { ...good, attributes: { role: 'residence-municipality', mood: 'x' } }, 'attributes'],
    [
      'a reference where none belongs',
      { type: 'detention', unit: null, reference: null, attributes: {}, caseReference: 'A-1' },
      'caseReference',
    ],
    ['the case is not named', { ...good, attributes: { role: 'conference-member' } }, 'reference'],
    ['a case is named where none belongs', { ...good, reference: 'TB-2026/4' }, 'reference'],
  ])('%s', (_, fact, member) => {
    const problem = checkFact(catalogue, fact);
    expect(problem?.member).toBe(member);
    expect(problem?.problem.nl).not.toBe(problem?.problem.en);
    expect(JSON.stringify(problem)).not.toMatch(/boss|weather|mood/);
  });
});
