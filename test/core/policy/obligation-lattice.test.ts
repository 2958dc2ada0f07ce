import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Obligations } from '../../../src/core/policy/decision.ts';
import { joinObligations } from '../../../src/core/policy/obligation-lattice.ts';

const base: Obligations = {
  retain: { until: 'release', plus: 'P6M', status: 'law' },
  informSubject: 'at-disclosure',
  approval: 'none',
  seal: 'transport',
};

const any: fc.Arbitrary<Obligations> = fc.record({
  retain: fc.record({
    until: fc.constantFrom('release', 'sector'),
    plus: fc.constantFrom(null, 'P6M', 'P1Y', 'P12M', 'P28D', 'P4W'),
    status: fc.constantFrom('law', 'unverified', 'design-default'),
  }),
  informSubject: fc.constantFrom('at-disclosure', 'delayed'),
  approval: fc.constantFrom('none', 'source-human'),
  seal: fc.constantFrom('transport', 'recipient', 'end-to-end'),
});

/** Periods of the same length may be spelled two ways; what counts is how long it is. */
function meaning(joined: Obligations | undefined): unknown {
  if (joined === undefined) return undefined;
  const plus = joined.retain.plus === 'P12M' ? 'P1Y' : joined.retain.plus === 'P4W' ? 'P28D' : joined.retain.plus;
  return { ...joined, retain: { ...joined.retain, plus } };
}

describe('joining obligations', () => {
  test('takes the heavier approval and seal, the shorter period and its least certain ground', () => {
    const other: Obligations = {
      retain: { until: 'release', plus: 'P1Y', status: 'design-default' },
      informSubject: 'at-disclosure',
      approval: 'source-human',
      seal: 'recipient',
    };
    expect(joinObligations(base, other)).toEqual({
      retain: { until: 'release', plus: 'P6M', status: 'design-default' },
      informSubject: 'at-disclosure',
      approval: 'source-human',
      seal: 'recipient',
    });
  });

  test.each<readonly [string, Obligations]>([
    ['another start of retention', { ...base, retain: { ...base.retain, until: 'sector' } }],
    ['months against days', { ...base, retain: { ...base.retain, plus: 'P28D' } }],
    ['telling now against telling later', { ...base, informSubject: 'delayed' }],
  ])('is not defined for %s', (_, other) => {
    expect(joinObligations(base, other)).toBeUndefined();
  });

  test('no added period is shorter than any', () => {
    const none = { ...base, retain: { ...base.retain, plus: null } };
    expect(joinObligations(base, none)?.retain.plus).toBeNull();
  });

  test('does not depend on order, and a join with itself changes nothing', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(meaning(joinObligations(a, b))).toEqual(meaning(joinObligations(b, a)));
        expect(joinObligations(a, a)).toEqual(a);
      }),
    );
  });

  test('where every pair joins, so do all of them', () => {
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const [ab, bc, ac] = [joinObligations(a, b), joinObligations(b, c), joinObligations(a, c)];
        fc.pre(ab !== undefined && bc !== undefined && ac !== undefined);
        expect(meaning(joinObligations(ab, c))).toEqual(meaning(joinObligations(a, bc)));
        expect(joinObligations(ab, c)).toBeDefined();
      }),
    );
  });
});
