import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Obligations } from '../../../src/core/policy/decision.ts';
import { joinObligations } from '../../../src/core/policy/obligation-lattice.ts';

const base: Obligations = {
  retain: { until: 'release', plus: 'P6M', atLeast: null, status: 'law' },
  informSubject: 'at-disclosure',
  informAfter: null,
  approval: 'none',
  approvers: [],
  seal: 'transport',
  destruction: 'none',
};

const inform: fc.Arbitrary<Pick<Obligations, 'informSubject' | 'informAfter'>> = fc.oneof(
  fc.constant({ informSubject: 'at-disclosure', informAfter: null } as const),
  fc.constantFrom('P30D', 'P4W', 'P28D').map((informAfter) => ({ informSubject: 'delayed', informAfter }) as const),
);

const approval: fc.Arbitrary<Pick<Obligations, 'approval' | 'approvers'>> = fc.constantFrom(
  { approval: 'none', approvers: [] },
  { approval: 'source-human', approvers: [] },
  { approval: 'source-human', approvers: ['clinician'] },
  { approval: 'source-human', approvers: ['director'] },
  { approval: 'two-persons', approvers: ['director'] },
  { approval: 'two-persons', approvers: ['clinician', 'director'] },
  { approval: 'two-persons', approvers: [] },
);

/** As rules can say them: what a rule says joins with itself. */
const any: fc.Arbitrary<Obligations> = fc
  .record({
    retain: fc.record({
      until: fc.constantFrom('release', 'release', 'sector'),
      plus: fc.constantFrom(null, 'P6M', 'P1Y', 'P12M', 'P28D', 'P4W'),
      atLeast: fc.constantFrom(null, null, 'P3M', 'P1Y', 'P7D', 'P1W'),
      status: fc.constantFrom<Obligations['retain']['status']>('law', 'unverified', 'design-default'),
    }),
    inform,
    approval,
    seal: fc.constantFrom<Obligations['seal']>('transport', 'recipient', 'end-to-end'),
    destruction: fc.constantFrom<Obligations['destruction']>('none', 'confirm'),
  })
  .map(({ inform: informed, approval: approved, ...rest }) => ({ ...rest, ...informed, ...approved }))
  .filter((one) => joinObligations(one, one) !== undefined);

describe('joining obligations', () => {
  test('takes the heavier of each, the shorter longest and the longer shortest period, and the least certain ground', () => {
    const a: Obligations = { ...base, retain: { until: 'release', plus: 'P2Y', atLeast: 'P2M', status: 'unverified' } };
    const b: Obligations = {
      retain: { until: 'release', plus: 'P1Y', atLeast: 'P3M', status: 'design-default' },
      informSubject: 'at-disclosure',
      informAfter: null,
      approval: 'source-human',
      approvers: ['director'],
      seal: 'recipient',
      destruction: 'confirm',
    };
    expect(joinObligations(a, b)).toEqual(b);
    const delayed = { ...base, informSubject: 'delayed', informAfter: 'P30D' } as const;
    expect(joinObligations(delayed, { ...delayed, informAfter: 'P2W' })?.informAfter).toBe('P2W');
  });

  test('asks for a person in each role that either names', () => {
    const by = (...approvers: string[]): Obligations => ({ ...base, approval: 'source-human', approvers });
    expect(joinObligations(by('director'), by('clinician'))).toMatchObject({
      approval: 'two-persons',
      approvers: ['clinician', 'director'],
    });
    expect(joinObligations(by('director'), by('director'))).toMatchObject({ approval: 'source-human' });
  });

  const two = { ...base, approval: 'two-persons', approvers: ['clinician', 'director'] } as const;
  const within = (plus: string | null, atLeast: string | null): Obligations => ({
    ...base,
    retain: { ...base.retain, plus, atLeast },
  });

  test.each<readonly [string, Obligations, Obligations]>([
    ['another start of retention', base, { ...base, retain: { ...base.retain, until: 'sector' } }],
    ['months against days', base, within('P28D', null)],
    ['a shortest period in days with a longest in months', within('P6M', null), within('P6M', 'P28D')],
    ['a shortest period that is longer than the longest', within('P6M', null), within('P1Y', 'P7M')],
    ['a shortest period where nothing is kept after the start', within(null, null), within('P1Y', 'P1M')],
    ['telling now against telling later', base, { ...base, informSubject: 'delayed', informAfter: 'P30D' }],
    ['three roles of approvers', two, { ...base, approval: 'source-human', approvers: ['mentor'] }],
  ])('is not defined for %s', (_, a, b) => {
    expect(joinObligations(a, b)).toBeUndefined();
    expect(joinObligations(b, a)).toBeUndefined();
  });

  test('no added period is shorter than any', () => {
    expect(joinObligations(base, within(null, null))?.retain.plus).toBeNull();
  });

  test('does not depend on order, and a join with itself changes nothing', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(joinObligations(a, b)).toEqual(joinObligations(b, a));
        expect(joinObligations(a, a)).toEqual(a);
      }),
      { numRuns: 1000 },
    );
  });

  test('does not depend on which two are joined first, where both ways are defined', () => {
    const joined = (a: Obligations | undefined, b: Obligations | undefined) => a && b && joinObligations(a, b);
    let defined = 0;
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const left = joined(joined(a, b), c);
        const right = joined(a, joined(b, c));
        if (left === undefined || right === undefined) return;
        defined++;
        expect(left).toEqual(right);
      }),
      { numRuns: 5000 },
    );
    expect(defined).toBeGreaterThan(20);
  });

  test('a join is heavier than what it is made of: joining with it again changes nothing', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const joined = joinObligations(a, b);
        if (joined !== undefined) expect(joinObligations(joined, a)).toEqual(joined);
      }),
      { numRuns: 1000 },
    );
  });
});
