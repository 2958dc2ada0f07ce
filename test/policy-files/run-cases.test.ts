import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPolicySet } from '../../src/policy-files/load.ts';
import { runCases } from '../../src/policy-files/run-cases.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { type PolicyCopy, withCopy } from './folder.ts';

const set = shippedSet();
const shipped = runCases(set, resolve(import.meta.dirname, '../../policies'));
const cases = 'detention-notice.cases.yaml';

describe('the cases that stand beside the policies', () => {
  test.each(shipped.results.map((result) => [`${result.file}: ${result.name}`, result] as const))('%s', (_, result) => {
    expect(result.differences).toEqual([]);
  });

  test('try every rule, and every condition both ways', () => {
    expect(shipped.errors).toEqual([]);
    expect(shipped.results.length).toBeGreaterThan(50);
  });
});

function runAfter(spoil: (copy: PolicyCopy) => unknown) {
  return withCopy((copy) => {
    spoil(copy);
    return runCases(set, copy.dir);
  });
}

describe('a case that does not hold is found', () => {
  test.each([
    [
      'another verdict',
      'verdict: permit\n      rules',
      'verdict: not-available\n      rules',
      /verdict: expected not-available, got permit/,
    ],
    [
      'another rule',
      'rules: [prison-to-own-municipality]',
      'rules: [other]',
      /rules: expected other, got prison-to-own-municipality/,
    ],
    [
      'another retention',
      'retain: release + P6M',
      'retain: release + P9M',
      /retain: expected release \+ P9M, got release \+ P6M/,
    ],
    ['another seal', 'seal: transport', 'seal: end-to-end', /seal: expected end-to-end/],
    [
      'another field',
      'permitted: [identity.surname, detention.start]',
      'permitted: [identity.surname]',
      /permitted: expected/,
    ],
    [
      'another reason',
      'reasons: [prohibited bsn-for-verified-purposes]',
      'reasons: [not-permitted]',
      /reasons: expected not-permitted/,
    ],
  ])('%s', (_, from, to, difference) => {
    const { results } = runAfter((copy) => copy.replace(cases, from, to));
    const failed = results.filter((result) => result.differences.length > 0);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.differences.join('\n')).toMatch(difference);
    expect(failed[0]?.line).toBeGreaterThan(1);
  });
});

describe('what makes cases worthless is an error with its place', () => {
  test.each([
    [
      'a fact that is not defined',
      'facts: [detained, detained-here, returns-there]',
      'facts: [detaind]',
      'defines no fact "detaind"',
    ],
    ['a member nobody knows', 'trigger: push', 'triger: push', 'unknown member "triger"; did you mean "trigger"?'],
    [
      'a purpose without a policy',
      'purpose: detention-notice',
      'purpose: detention-notise',
      'unknown purpose "detention-notise"; did you mean "detention-notice"?',
    ],
  ])('%s', (_, from, to, message) => {
    const { errors } = runAfter((copy) => copy.replace(cases, from, to));
    expect(errors).toContainEqual({
      file: cases,
      line: expect.any(Number),
      column: expect.any(Number),
      message: expect.stringContaining(message),
    });
  });

  test('a policy without cases', () => {
    const { errors } = runAfter((copy) => copy.remove(cases));
    expect(errors[0]).toMatchObject({ message: `has no cases: write ${cases} beside it` });
    // Nothing of that policy is shown any more, and each thing is told.
    expect(errors.slice(1).every(({ message }) => message.startsWith('no case '))).toBe(true);
    expect(errors.length).toBeGreaterThan(5);
  });

  test('a rule that no case is permitted by, and a condition seen one way only', () => {
    const { errors } = runAfter((copy) =>
      copy.write(
        cases,
        `purpose: detention-notice
now: 2026-03-10T09:00:00.000Z
units: { pi: prison, stad: municipality }
facts: {}
cases:
  - { name: nothing, source: pi, recipient: stad, fields: [identity.surname], facts: [], expect: { verdict: not-available } }
`,
      ),
    );
    const messages = errors.map((error) => error.message);
    expect(messages).toContain('no case is permitted by rule "prison-to-own-municipality" from prison to municipality');
    expect(messages).toContain('no case finds true: prison-to-own-municipality holds(detention)');
  });
});

/** Mutations of a policy that a jurist could make by mistake: some case must notice each one. */
describe('the cases notice when a policy changes its meaning', () => {
  test.each([
    ['detention-notice.policy.yaml', '      - holds: detention\n', ''],
    ['detention-notice.policy.yaml', '      - involved: { who: source, as: [detaining-prison] }\n', ''],
    [
      'detention-notice.policy.yaml',
      'as: [residence-municipality, return-municipality]',
      'as: [residence-municipality]',
    ],
    ['detention-notice.policy.yaml', '      - detention.start\n', ''],
    ['detention-notice.policy.yaml', 'trigger: both', 'trigger: pull'],
    ['detention-notice.policy.yaml', 'plus: P6M', 'plus: P7M'],
    ['detention-notice.policy.yaml', 'approval: none', 'approval: source-human'],
    ['housing-placement.policy.yaml', 'approval: source-human', 'approval: none'],
    ['housing-placement.policy.yaml', 'as: [residence-municipality, return-municipality]', 'as: [return-municipality]'],
    ['housing-placement.policy.yaml', 'trigger: pull', 'trigger: both'],
    ['plan-basic-conditions.policy.yaml', '      - numbers.bsn\n', ''],
    [
      'plan-basic-conditions.policy.yaml',
      '          - phase: [detention, plan-execution]',
      '          - phase: [detention]',
    ],
    ['plan-basic-conditions.policy.yaml', '      - involved: { who: source, as: [detaining-prison] }\n', ''],
    ['plan-basic-conditions.policy.yaml', 'retain: { until: sector }', 'retain: { until: release }'],
    [
      'catalogue/prohibitions.yaml',
      'recipients: [police, prosecution, mayor]\n  purposes',
      'recipients: [police, prosecution]\n  purposes',
    ],
    [
      'catalogue/prohibitions.yaml',
      '  categories: [offence, medical, riskAssessment,',
      '  categories: [medical, riskAssessment,',
    ],
  ])('%s: %j → %j', (file, from, to) => {
    withCopy((copy) => {
      copy.replace(file, from, to);
      const loaded = loadPolicySet(copy.dir);
      if (!loaded.ok) throw new Error(loaded.errors.map((error) => error.message).join('\n'));
      const { results } = runCases(loaded.set, copy.dir);
      expect(results.filter((result) => result.differences.length > 0)).not.toEqual([]);
    });
  });
});
