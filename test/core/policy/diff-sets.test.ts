import { describe, expect, test } from 'vitest';
import type { FieldId, PurposeId } from '../../../src/core/brand.ts';
import { Problems } from '../../../src/core/category/file-problem.ts';
import { compileCondition } from '../../../src/core/policy/compile-condition.ts';
import type { ConditionForm } from '../../../src/core/policy/condition-form.ts';
import { diffSets } from '../../../src/core/policy/diff-sets.ts';
import type { Grant, Policy } from '../../../src/core/policy/policy.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { catalogue } from './small-catalogue.ts';

const purpose = 'plan-care' as PurposeId;
const kinds = { source: 'prison', recipient: 'municipality' };
const surname = 'identity.surname' as FieldId;
const address = 'identity.address' as FieldId;
const involved: ConditionForm = { involved: { who: 'recipient', as: ['home'] } };

const obligations: Grant['obligations'] = {
  retain: { until: 'sector', plus: 'P6M', atLeast: null, status: 'law' },
  informSubject: 'at-disclosure',
  informAfter: null,
  approval: 'two-persons',
  approvers: ['nurse'],
  seal: 'recipient',
  destruction: 'confirm',
};

function grant(when: readonly ConditionForm[], more: Partial<Grant> = {}): Grant {
  const problems = new Problems('test');
  const conditions = when.map((form) => compileCondition(form, { catalogue, ...kinds, problems, path: [] }));
  expect(problems.found).toEqual([]);
  return {
    rule: 'care',
    ...kinds,
    regimes: { source: 'wjsg', recipient: 'avg' },
    bases: { source: ['public-task'], recipient: ['public-task'] },
    grounds: { criminal: null, health: null, secrecy: null },
    obtained: [],
    fields: new Set([surname]),
    conditions,
    consent: 'invalid',
    obligations,
    open: [],
    ...more,
  };
}

/** A set of one policy over the small catalogue. */
function setOf(grants: readonly Grant[], more: Partial<Policy> = {}): PolicySet {
  const policy: Policy = {
    purpose,
    version: 1,
    title: { nl: 'Toets', en: 'Test' },
    trigger: 'pull',
    law: [],
    open: [],
    notice: { version: 1, text: { nl: 'Toets', en: 'Test' } },
    grants,
    ...more,
  };
  return { ...shipped, catalogue, prohibitions: [], policies: new Map([[purpose, policy]]) };
}

const shipped = shippedSet();
const none = { more: [], less: [], lighter: [], wider: [], words: [], uncompared: [] };

describe('the difference between two sets', () => {
  test('is none between a set and itself', () => {
    const set = setOf([grant([involved])]);
    expect(diffSets(set, set)).toEqual(none);
    expect(diffSets(shippedSet(), shippedSet())).toEqual(none);
  });

  test('is none where one thing is written in two ways', () => {
    const long: ConditionForm = { holds: { type: 'stay', is: { sort: ['long'] } } };
    const short: ConditionForm = { holds: { type: 'stay', is: { sort: ['short'] } } };
    const either = setOf([grant([involved, { any: [long, short] }])]);
    const one = setOf([grant([involved, { holds: { type: 'stay', is: { sort: ['long', 'short'] } } }])]);
    const two = setOf([grant([involved, long]), grant([involved, short])]);
    expect(diffSets(either, one)).toEqual(none);
    expect(diffSets(one, two)).toEqual(none);
  });

  test('is a condition that is gone, with a request that only the new set grants', () => {
    const strict = setOf([grant([involved, { phase: ['one'] }])]);
    const loose = setOf([grant([involved])]);
    const { more, less } = diffSets(strict, loose);
    expect(less).toEqual([]);
    expect(more).toHaveLength(1);
    expect(more[0]).toMatchObject({ ...kinds, purpose, trigger: 'pull', field: surname, rules: ['care'] });
    expect(more[0]?.example).toContain('municipality asks prison for identity.surname');
    expect(more[0]?.example).not.toContain('phase');
    const back = diffSets(loose, strict);
    expect(back.more).toEqual([]);
    expect(back.less).toHaveLength(1);
  });

  test('is one field, one trigger, one kind of consent and one day', () => {
    const set = setOf([grant([involved])]);
    const fields = diffSets(set, setOf([grant([involved], { fields: new Set([surname, address]) })]));
    expect(fields.more.map(({ field }) => field)).toEqual([address]);
    const pushed = diffSets(set, setOf([grant([involved])], { trigger: 'both' }));
    expect(pushed.more.map(({ trigger }) => trigger)).toEqual(['push']);
    const consented = setOf([grant([involved], { consent: 'required' })]);
    expect(diffSets(consented, set).more).toHaveLength(1);
    expect(diffSets(set, consented).more).toEqual([]);
    expect(diffSets(consented, setOf([grant([involved], { consent: 'waiver' })])).more).toHaveLength(1);
    const stayed = (atLeast: string) => setOf([grant([involved, { lasted: { type: 'stay', atLeast } }])]);
    expect(diffSets(stayed('P30D'), stayed('P29D')).more).toHaveLength(1);
    expect(diffSets(stayed('P29D'), stayed('P30D')).more).toEqual([]);
  });

  test('is no more where consent is asked anew for another notice', () => {
    const consented = grant([involved], { consent: 'required' });
    const anew = { notice: { version: 2, text: { nl: 'Nieuw', en: 'New' } } };
    expect(diffSets(setOf([consented]), setOf([consented], anew))).toEqual(none);
  });

  test('is a new holder of exclusive roles', () => {
    const holds: ConditionForm = { holds: { type: 'involvement', is: { role: ['home'] }, about: 'recipient' } };
    const { more } = diffSets(setOf([grant([holds, involved])]), setOf([grant([holds])]));
    expect(more).toHaveLength(1);
    expect(more[0]?.example).toContain('a third unit');
  });

  test('is data that was obtained for more purposes', () => {
    const wide = setOf([grant([involved], { obtained: ['income' as PurposeId] })]);
    expect(diffSets(setOf([grant([involved])]), wide)).toEqual({
      ...none,
      wider: [{ purpose, ...kinds, rule: 'care', obtained: ['income'] }],
    });
  });
});

describe('obligations', () => {
  const lighter = (more: Partial<Grant['obligations']>) =>
    diffSets(
      setOf([grant([involved])]),
      setOf([grant([involved], { obligations: { ...obligations, ...more } })]),
    ).lighter.flatMap(({ what }) => what);

  test('that ask less are told', () => {
    expect(lighter({ seal: 'transport' })).toEqual(['seal: recipient → transport']);
    expect(lighter({ approval: 'source-human' })).toEqual(['approval: two-persons nurse → source-human nurse']);
    expect(lighter({ approvers: [] })).toEqual(['approval: two-persons nurse → two-persons']);
    expect(lighter({ destruction: 'none' })).toEqual(['destruction: confirm → none']);
    expect(lighter({ informSubject: 'delayed', informAfter: 'P30D' })).toEqual([
      'inform: at-disclosure → delayed P30D',
    ]);
    expect(lighter({ retain: { ...obligations.retain, plus: 'P7M' } })).toEqual([
      'retain: sector + P6M → sector + P7M',
    ]);
    expect(lighter({ retain: { ...obligations.retain, until: 'release' } })).toEqual([
      'retain: sector + P6M → release + P6M',
    ]);
  });

  test('that ask more, or the same in other words, are not', () => {
    expect(lighter({ seal: 'end-to-end' })).toEqual([]);
    expect(lighter({ approvers: ['nurse', 'physician'] })).toEqual([]);
    expect(lighter({ retain: { ...obligations.retain, plus: 'P5M' } })).toEqual([]);
    const year = setOf([
      grant([involved], { obligations: { ...obligations, retain: { ...obligations.retain, plus: 'P1Y' } } }),
    ]);
    const months = setOf([
      grant([involved], { obligations: { ...obligations, retain: { ...obligations.retain, plus: 'P12M' } } }),
    ]);
    expect(diffSets(year, months)).toEqual(none);
    expect(diffSets(months, year)).toEqual(none);
  });
});
