import { describe, expect, test } from 'vitest';
import type { FieldId, PurposeId } from '../../../src/core/brand.ts';
import { Problems } from '../../../src/core/category/file-problem.ts';
import { compileCondition } from '../../../src/core/policy/compile-condition.ts';
import type { Condition } from '../../../src/core/policy/condition.ts';
import type { ConditionForm } from '../../../src/core/policy/condition-form.ts';
import type { Grant } from '../../../src/core/policy/policy.ts';
import type { Exception, Prohibition } from '../../../src/core/policy/prohibition.ts';
import { proveProhibitions } from '../../../src/core/policy/prove-prohibitions.ts';
import { catalogue } from './small-catalogue.ts';

const field = 'identity.surname' as FieldId;
const purpose = 'plan-care' as PurposeId;
const kinds = { source: 'prison', recipient: 'municipality' };

function compiled(
  forms: readonly ConditionForm[],
  between: { source: string | null; recipient: string | null },
): Condition[] {
  const problems = new Problems('test');
  const found = forms.map((form) => compileCondition(form, { catalogue, ...between, problems, path: [] }));
  expect(problems.found).toEqual([]);
  return found;
}

function grant(when: readonly ConditionForm[], more: Partial<Grant> = {}): Grant {
  return {
    rule: 'tried',
    ...kinds,
    regimes: { source: 'wjsg', recipient: 'avg' },
    bases: { source: ['public-task'], recipient: ['public-task'] },
    grounds: { criminal: null, health: null, secrecy: null },
    obtained: [],
    fields: new Set([field]),
    conditions: compiled(when, kinds),
    consent: 'invalid',
    obligations: {
      retain: { until: 'sector', plus: null, atLeast: null, status: 'law' },
      informSubject: 'at-disclosure',
      informAfter: null,
      approval: 'none',
      approvers: [],
      seal: 'transport',
      destruction: 'none',
    },
    open: [],
    ...more,
  };
}

function prohibition(more: Partial<Prohibition> = {}): Prohibition {
  return {
    id: 'never',
    recipients: null,
    sources: null,
    purposes: null,
    fields: null,
    obtained: null,
    bases: null,
    consent: null,
    unless: null,
    text: { nl: 'Nooit', en: 'Never' },
    law: [],
    ...more,
  };
}

function unless(when: readonly ConditionForm[], more: Partial<Exception> = {}): Prohibition {
  const conditions = compiled(when, { source: null, recipient: null });
  return prohibition({ unless: { conditions, consent: null, approval: null, ...more } });
}

const prove = (tried: Grant, ...under: Prohibition[]) => proveProhibitions(purpose, tried, under, catalogue);
const involved: ConditionForm = { involved: { who: 'recipient', as: ['home'] } };

describe('a grant under a prohibition without exception', () => {
  test('is refused, and the request that it would permit is shown', () => {
    const [violation] = prove(grant([involved, { phase: ['one'] }]), prohibition());
    expect(violation?.message).toBe(
      'prohibition "never" forbids identity.surname to municipality, but the rule permits it when municipality asks ' +
        'prison for identity.surname on 2026-06-15 about a person of whom "involvement: home" of the recipient ' +
        '(2026-06-14 to no end yet), "phase: one" (2026-06-14 to no end yet) is on record',
    );
  });

  test('stands where the prohibition speaks of others', () => {
    const tried = grant([involved]);
    expect(prove(tried, prohibition({ recipients: new Set(['police']) }))).toEqual([]);
    expect(prove(tried, prohibition({ sources: new Set(['police']) }))).toEqual([]);
    expect(prove(tried, prohibition({ fields: new Set(['numbers.bsn' as FieldId]) }))).toEqual([]);
    expect(prove(tried, prohibition({ purposes: new Set(['income']) }))).toEqual([]);
    expect(prove(tried, prohibition({ bases: new Set(['consent']) }))).toEqual([]);
    expect(prove(tried, prohibition({ consent: new Set(['waiver']) }))).toEqual([]);
    expect(prove(tried, prohibition({ obtained: new Set([purpose]) }))).toEqual([]);
    expect(
      prove(grant([involved], { obtained: [purpose] }), prohibition({ obtained: new Set([purpose]) })),
    ).toHaveLength(1);
  });

  test('stands where it can never permit anything', () => {
    const never = grant([involved, { holds: 'restriction' }]);
    expect(prove(never, prohibition())).toEqual([]);
  });

  test('is refused where it has too many conditions to try', () => {
    const stays = Array.from(
      { length: 60 },
      (_, index): ConditionForm => ({
        any: [
          { lasted: { type: 'stay', atLeast: `P${index + 1}D` } },
          { window: { type: 'stay', edge: 'end', opens: `-P${index + 1}M` } },
        ],
      }),
    );
    const [violation] = prove(grant([involved, ...stays]), prohibition());
    expect(violation?.message).toContain('too many conditions to prove');
  });
});

describe('a grant under a prohibition with an exception', () => {
  test('stands where its conditions imply those of the exception', () => {
    expect(prove(grant([involved, { holds: 'stay' }]), unless([{ holds: 'stay' }]))).toEqual([]);
    expect(prove(grant([involved, { lasted: { type: 'stay', atLeast: 'P3M' } }]), unless([{ holds: 'stay' }]))).toEqual(
      [],
    );
    const long: ConditionForm = { holds: { type: 'stay', is: { sort: ['long'] } } };
    expect(prove(grant([involved, { all: [long, { phase: ['one'] }] }]), unless([{ phase: ['one', 'two'] }]))).toEqual(
      [],
    );
    const either = unless([{ any: [{ phase: ['one'] }, { phase: ['two'] }] }]);
    expect(prove(grant([involved, { phase: ['two'] }]), either)).toEqual([]);
  });

  test('is refused where they do not, and the one thing that is missing does not stand in the request', () => {
    const looser = grant([involved, { any: [{ holds: 'stay' }, { phase: ['one'] }] }]);
    const [violation] = prove(looser, unless([{ holds: 'stay' }]));
    expect(violation?.message).toContain('"phase: one"');
    expect(violation?.message).not.toContain('"stay');
    expect(
      prove(
        grant([involved, { lasted: { type: 'stay', atLeast: 'P2M' } }]),
        unless([{ lasted: { type: 'stay', atLeast: 'P3M' } }]),
      ),
    ).toHaveLength(1);
  });

  test('is refused by one day: a month is not always thirty days', () => {
    const month = (atLeast: string): ConditionForm => ({ lasted: { type: 'stay', atLeast } });
    expect(prove(grant([involved, month('P1M')]), unless([month('P28D')]))).toEqual([]);
    expect(prove(grant([involved, month('P1M')]), unless([month('P29D')]))).toHaveLength(1);
    expect(prove(grant([involved, month('P31D')]), unless([month('P1M')]))).toEqual([]);
    expect(prove(grant([involved, month('P30D')]), unless([month('P1M')]))).toHaveLength(1);
  });

  test('is refused where another holder of an exclusive role can put the exception in doubt', () => {
    const holds: ConditionForm = { holds: { type: 'involvement', is: { role: ['home'] }, about: 'recipient' } };
    expect(prove(grant([holds, involved]), unless([involved]))).toEqual([]);
    expect(prove(grant([holds]), unless([involved]))).toHaveLength(1);
  });

  test('must have the role of consent and the approval that the exception asks', () => {
    const consented = grant([involved], { consent: 'waiver' });
    expect(prove(consented, unless([], { consent: new Set(['waiver']) }))).toEqual([]);
    expect(prove(grant([involved]), unless([], { consent: new Set(['waiver']) }))).toHaveLength(1);
    const approval = { approval: 'source-human', approvers: ['physician'] } as const;
    const { obligations } = consented;
    const approved = grant([involved], {
      obligations: { ...obligations, approval: 'two-persons', approvers: ['nurse', 'physician'] },
    });
    expect(prove(approved, unless([], { approval }))).toEqual([]);
    const other = grant([involved], { obligations: { ...obligations, approval: 'two-persons', approvers: ['nurse'] } });
    expect(prove(other, unless([], { approval }))).toHaveLength(1);
  });
});
