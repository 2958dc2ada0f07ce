import { describe, expect, test } from 'vitest';
import type { ConditionForm } from '../../../src/core/policy/condition-form.ts';
import { implies } from '../../../src/core/policy/static-checks/implies.ts';
import { staticChecks } from '../../../src/core/policy/static-checks.ts';
import { loadPolicySet } from '../../../src/policy-files/load.ts';
import { type PolicyCopy, withCopy } from '../../policy-files/folder.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const between = { catalogue: shippedSet().catalogue, source: 'prison', recipient: 'municipality' };
const stands: ConditionForm = { holds: 'detention' };
const near: ConditionForm = { window: { type: 'detention', edge: 'end', opens: '-P2M', closes: 'P0D' } };

describe('one condition implies another', () => {
  test.each<[string, ConditionForm, ConditionForm]>([
    ['itself', stands, stands],
    ['an alternative of which it is one', stands, { any: [stands, { phase: ['detention'] }] }],
    ['what each of its alternatives implies', { any: [stands, { all: [stands, near] }] }, stands],
    ['a part of the whole', { all: [stands, near] }, near],
    ['more words', { phase: ['detention'] }, { phase: ['detention', 'plan-execution'] }],
    ['that a thing stands which has lasted', { lasted: { type: 'detention', atLeast: 'P1M' } }, stands],
    [
      'a shorter lasting',
      { lasted: { type: 'detention', atLeast: 'P1Y' } },
      { lasted: { type: 'detention', atLeast: 'P6M' } },
    ],
    ['a wider window', near, { window: { type: 'detention', edge: 'end', opens: '-P3M' } }],
    ['more roles of a user', { user: { role: ['director'] } }, { user: { role: ['director', 'caseManager'] } }],
  ])('%s', (_, a, b) => {
    expect(implies(a, b, between)).toBe(true);
  });

  test.each<[string, ConditionForm, ConditionForm]>([
    ['fewer words', { phase: ['detention', 'plan-execution'] }, { phase: ['detention'] }],
    ['one of its alternatives', { any: [stands, near] }, stands],
    ['a narrower window', near, { window: { type: 'detention', edge: 'end', opens: '-P1M', closes: 'P0D' } }],
    ['a window in units that do not compare', near, { window: { type: 'detention', edge: 'end', opens: '-P200D' } }],
    ['the other edge', near, { window: { type: 'detention', edge: 'start', opens: '-P3M' } }],
    [
      'a longer lasting',
      { lasted: { type: 'detention', atLeast: 'P1M' } },
      { lasted: { type: 'detention', atLeast: 'P2M' } },
    ],
    ['the other side', { involved: { who: 'source', as: ['x'] } }, { involved: { who: 'recipient', as: ['x'] } }],
    ['another type', stands, { holds: 'restriction' }],
  ])('but not %s', (_, a, b) => {
    expect(implies(a, b, between)).toBe(false);
  });
});

function findingsAfter(spoil: (copy: PolicyCopy) => unknown) {
  return withCopy((copy) => {
    spoil(copy);
    const loaded = loadPolicySet(copy.dir);
    if (!loaded.ok)
      throw new Error(loaded.errors.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'));
    return staticChecks(loaded.set).filter(({ severity }) => severity === 'error');
  });
}

/** A policy for a purpose that keeps nothing but what a test gives it. */
const policy = (rules: string, law = "{ act: Pw, article: '13' }") => `
purpose: income
version: 1
title: { nl: Uitkering, en: Benefits }
trigger: pull
law: [${law}]
rules:
${rules}`;

const rule = (id: string, when: string, fields = '[incomeWork.benefits]', seal = 'transport') => `
  - id: ${id}
    from: { kind: probation, regime: avg, basis: public-task }
    to: [{ kind: municipality, regime: avg, basis: public-task, retain: { until: sector } }]
    fields: ${fields}
    when: ${when}
    consent: irrelevant
    obligations: { inform-subject: at-disclosure, approval: none, seal: ${seal} }`;

const wide = '[{ involved: { who: recipient, as: [residence-municipality, return-municipality] } }]';
const narrow = '[{ involved: { who: recipient, as: [return-municipality] } }]';
const write = (text: string) => (copy: PolicyCopy) => copy.write('income.policy.yaml', text);

describe('of a whole set', () => {
  test('the shipped one has no error', () => {
    expect(findingsAfter(() => undefined)).toEqual([]);
  });

  test('a rule that another one covers never changes an answer', () => {
    expect(findingsAfter(write(policy(rule('wide', wide) + rule('narrow', narrow))))).toMatchObject([
      { check: 'shadowed', place: { purpose: 'income', rule: 'narrow' } },
    ]);
  });

  test('of two rules that say the same, the later one is too many', () => {
    expect(findingsAfter(write(policy(rule('first', wide) + rule('second', wide))))).toMatchObject([
      { check: 'shadowed', place: { rule: 'second' } },
    ]);
  });

  test.each([
    ['gives another field', rule('narrow', narrow, '[incomeWork.education]')],
    ['asks a stronger seal', rule('narrow', narrow, '[incomeWork.benefits]', 'recipient')],
  ])('but one that %s does', (_, second) => {
    expect(findingsAfter(write(policy(rule('wide', wide) + second)))).toEqual([]);
  });

  test('a rule that needs two users at once can never permit', () => {
    const when = `[${narrow.slice(1, -1)}, { user: { role: [incomeConsultant] } }, { user: { role: [debtCounsellor] } }]`;
    expect(findingsAfter(write(policy(rule('never', when))))).toMatchObject([
      {
        check: 'contradiction',
        place: { rule: 'never', member: ['when'] },
        message: expect.stringContaining('no user'),
      },
    ]);
  });

  test('a rule with a way out of its contradiction can', () => {
    const way = '{ any: [{ user: { role: [debtCounsellor] } }, { holds: detention }] }';
    const when = `[${narrow.slice(1, -1)}, { user: { role: [incomeConsultant] } }, ${way}]`;
    expect(findingsAfter(write(policy(rule('sometimes', when))))).toEqual([]);
  });

  test('source and recipient cannot both hold a role that one unit has', () => {
    const when = `[{ involved: { who: source, as: [residence-municipality] } }, ${narrow.slice(1, -1)}]`;
    const text = rule('never', when).replace('kind: probation', 'kind: municipality');
    expect(findingsAfter(write(policy(text)))).toMatchObject([
      { check: 'contradiction', message: expect.stringContaining('would both be the one') },
    ]);
  });

  test('consent is no law for a policy that does not rest on it', () => {
    const law = '{ act: AVG, article: 6 lid 1 onder a }';
    expect(findingsAfter(write(policy(rule('wide', wide), law)))).toMatchObject([
      { check: 'consent-cited', place: { purpose: 'income', rule: null, member: ['law', 0] } },
    ]);
  });
});
