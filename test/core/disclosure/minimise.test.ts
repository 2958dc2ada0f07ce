import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minimise } from '../../../src/core/disclosure/minimise.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import type { Permit } from '../../../src/core/policy/decision.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { question } from '../policy/questions.ts';

const set = shippedSet();

function permitFor(...fields: string[]): Permit {
  const decision = decide(set, question('plan-basic-conditions', 'pi', 'stad', fields));
  if (decision.outcome !== 'permit') throw new Error('these fields should be permitted');
  return decision;
}

const permit = permitFor('identity.surname', 'identity.birthDate', 'incomeWork.benefits');

describe('minimise', () => {
  test('copies what is permitted and nothing else', () => {
    const answer = {
      'identity.surname': 'Ebbink',
      'identity.birthDate': '1988-03-02',
      'incomeWork.benefits': ['bijstand'],
      'offence.conviction': ['diefstal'],
      'identity.address': 'Dijk 1',
      extra: { deep: true },
    };
    expect(minimise(set.catalogue, permit, answer)).toEqual({
      ok: true,
      value: {
        data: {
          'identity.surname': 'Ebbink',
          'identity.birthDate': '1988-03-02',
          'incomeWork.benefits': ['bijstand'],
        },
      },
    });
  });

  test('leaves absent what the source does not hold', () => {
    expect(minimise(set.catalogue, permit, { 'identity.surname': 'Ebbink' })).toEqual({
      ok: true,
      value: { data: { 'identity.surname': 'Ebbink' } },
    });
    expect(minimise(set.catalogue, permit, {})).toEqual({ ok: true, value: { data: {} } });
  });

  test.each([
    ['another type', { 'identity.surname': 12 }, 'identity.surname'],
    ['null', { 'identity.surname': null }, 'identity.surname'],
    ['a date that is none', { 'identity.surname': 'E', 'identity.birthDate': '02-03-1988' }, 'identity.birthDate'],
    ['a structure in a text', { 'identity.surname': { nl: 'E' } }, 'identity.surname'],
    ['a list that hides a structure', { 'incomeWork.benefits': [{ amount: 1 }] }, 'incomeWork.benefits'],
  ])('refuses the whole answer for %s', (_, answer, field) => {
    const result = minimise(set.catalogue, permit, answer);
    expect(result).toMatchObject({ ok: false, refusal: { field } });
  });

  test('does not mind a wrong value that would not have left anyway', () => {
    const result = minimise(set.catalogue, permit, { 'identity.surname': 'Ebbink', 'identity.address': 12 });
    expect(result.ok).toBe(true);
  });

  test('refuses a permitted field that the catalogue does not know', () => {
    const catalogue = { ...set.catalogue, fields: new Map() };
    expect(minimise(catalogue, permit, { 'identity.surname': 'Ebbink' })).toMatchObject({ ok: false });
  });

  test('takes nothing from a prototype', () => {
    const answer = Object.create({ 'identity.surname': 'Ebbink' }) as Record<string, unknown>;
    expect(minimise(set.catalogue, permit, answer)).toEqual({ ok: true, value: { data: {} } });
    const poisoned = JSON.parse('{"__proto__": {"identity.surname": "Ebbink"}}') as Record<string, unknown>;
    expect(minimise(set.catalogue, permit, poisoned)).toEqual({ ok: true, value: { data: {} } });
    expect(minimise(set.catalogue, permit, Object.create(null) as Record<string, unknown>).ok).toBe(true);
  });

  test('for every answer, what leaves is a subset of what is permitted, unchanged', () => {
    const keys = fc.oneof(fc.constantFrom(...set.catalogue.fields.keys()), fc.string());
    const values = fc.oneof(fc.string(), fc.constant('1988-03-02'), fc.constant(['a']), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(keys, values), (answer) => {
        const result = minimise(set.catalogue, permit, answer);
        if (!result.ok) return;
        for (const [field, value] of Object.entries(result.value.data)) {
          expect(permit.permitted).toContain(field);
          expect(value).toEqual(answer[field]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
