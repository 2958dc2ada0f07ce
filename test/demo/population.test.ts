import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBsn } from '../../src/core/subject/reference.ts';
import { population } from '../../src/demo/population.ts';

const options = { seed: 42, count: 300, today: '2026-11-21' };
const people = population(options);

describe('the invented population', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(population(options)).toEqual(people);
    expect(population({ ...options, seed: 43 })).not.toEqual(people);
  });

  test('has valid and different test numbers that start with 9', () => {
    for (const { bsn } of people) expect(bsn.startsWith('9') && isBsn(bsn)).toBe(true);
    expect(new Set(people.map(({ bsn }) => bsn)).size).toBe(people.length);
    expect(new Set(people.map(({ skn }) => skn)).size).toBe(people.length);
  });

  test('is in prison today or not at all', () => {
    const detained = people.flatMap(({ detention }) => detention ?? []);
    expect(detained.length).toBe(76);
    for (const { start, expectedRelease } of detained) {
      expect(start < options.today && options.today < expectedRelease).toBe(true);
    }
  });

  test('has, every eighth, somebody whom the whole story can be about', () => {
    for (const person of people.filter((_, index) => index % 8 === 0)) {
      expect(person).toMatchObject({ municipality: 'Zwolle', supervised: true, inCare: true });
      expect(person.housing).toMatchObject({ registeredSeeker: true, neededFrom: person.detention?.expectedRelease });
      expect(person.housing.need).not.toBeNull();
    }
  });

  test('differs from person to person', () => {
    for (const property of ['surname', 'birthDate', 'address', 'education', 'insurer'] as const) {
      expect(new Set(people.map((person) => person[property])).size).toBeGreaterThan(3);
    }
  });

  test('has valid numbers for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        for (const { bsn } of population({ seed, count: 20, today: '2026-01-01' })) expect(isBsn(bsn)).toBe(true);
      }),
    );
  });
});
