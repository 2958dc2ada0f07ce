import { join } from 'node:path';
import { expect, test } from 'vitest';
import { caseCoverage } from '../../../src/core/policy/case-coverage.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import type { Question } from '../../../src/core/policy/decision.ts';
import { possibleReasons } from '../../../src/core/policy/possible-reasons.ts';
import { looksAtGrant } from '../../../src/core/policy/prohibition.ts';
import { loadPolicySet } from '../../../src/policy-files/load.ts';
import { readQuestion } from '../../../src/policy-files/read-question.ts';
import { withCopy } from '../../policy-files/folder.ts';

const policy = `
purpose: income
version: 1
title: { nl: Uitkering, en: Benefits }
trigger: pull
law: [{ act: Pw, article: '13' }]
rules:
  - id: hears
    from: { kind: probation, regime: avg, basis: public-task }
    to: [{ kind: municipality, regime: avg, basis: public-task, retain: { until: sector } }]
    fields: [incomeWork.benefits]
    when:
      - involved: { who: recipient, as: [return-municipality] }
      - any: [{ holds: detention }, { user: { role: [incomeConsultant] } }]
    consent: irrelevant
    obligations: { inform-subject: at-disclosure, approval: none, seal: transport }
`;

const request = (facts: string, user: string) => `
purpose: income
now: 2026-03-10T09:00:00.000Z
units: { rn: probation, stad: municipality }
facts:
  returns: { type: involvement, unit: stad, from: 2026-03-01T10:00:00.000Z, attributes: { role: return-municipality } }
  detained: { type: detention, from: 2026-03-01T10:00:00.000Z }
request: { source: rn, recipient: stad, user: ${user}, fields: [incomeWork.benefits, offence.sentence], facts: ${facts} }
`;

const { set, ask } = withCopy((copy) => {
  copy.write('income.policy.yaml', policy);
  const loaded = loadPolicySet(copy.dir);
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  const questions = new Map<string, Question>();
  for (const [facts, user] of [
    ['[returns]', 'debtCounsellor'],
    ['[returns, detained]', 'incomeConsultant'],
    ['[]', 'debtCounsellor'],
  ] as const) {
    copy.write('request.yaml', request(facts, user));
    const read = readQuestion(loaded.set, join(copy.dir, 'request.yaml'), null);
    copy.remove('request.yaml');
    if (!read.ok) throw new Error(read.errors.map(({ message }) => message).join('\n'));
    questions.set(facts, read.question);
  }
  return {
    set: loaded.set,
    ask: (facts: string) => {
      const question = questions.get(facts);
      if (question === undefined) throw new Error(facts);
      return { question, decision: decide(loaded.set, question) };
    },
  };
});

/** What is not shown of the one policy that this test wrote. */
function missing(facts: readonly string[]): string[] {
  const { items } = caseCoverage(set, facts.map(ask));
  return items.filter(({ purpose, covered }) => purpose === 'income' && !covered).map(({ what }) => what);
}

test('without a case everything is missing: the grant, each condition both ways, each reason', () => {
  const all = missing([]);
  expect(all).toContain('is permitted by rule "hears" from probation to municipality');
  expect(all).toContain('finds true: hears holds(detention)');
  expect(all).toContain('finds false: hears user(incomeConsultant)');
  expect(all.filter((what) => what.startsWith('is refused as '))).toEqual([
    'is refused as not-permitted',
    'is refused as not-available by "hears"',
    'is refused as condition-not-met by "hears"',
    'is refused as undecidable by "hears"',
  ]);
  expect(all).toHaveLength(1 + 2 * 4 + 4);
});

test('each case takes away what it shows, members of a choice too', () => {
  const after = missing(['[returns]', '[returns, detained]', '[]']);
  expect(after).toEqual(['is refused as undecidable by "hears"']);
  expect(missing(['[returns, detained]'])).not.toContain('is permitted by rule "hears" from probation to municipality');
  expect(missing(['[returns, detained]'])).toContain('finds false: hears holds(detention)');
});

test('a prohibition that looks at grants is met when a set is loaded, so no case of it is demanded', () => {
  const demanded = new Set(
    possibleReasons(set).flatMap(({ class: found, rule }) => (found === 'prohibited' ? [rule] : [])),
  );
  for (const prohibition of set.prohibitions) expect(demanded.has(prohibition.id)).toBe(!looksAtGrant(prohibition));
});

test('a rule that rests on consent gives one reason, whatever failed', () => {
  for (const { purpose, grants } of set.policies.values()) {
    for (const { rule } of grants.filter(({ consent }) => consent === 'required' || consent === 'waiver')) {
      const own = possibleReasons(set).filter((reason) => reason.purpose === purpose && reason.rule === rule);
      expect(own.map(({ class: found }) => found)).toEqual(['not-available']);
    }
  }
});
