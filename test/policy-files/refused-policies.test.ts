import { describe, expect, test } from 'vitest';
import { errorsAfter, expectError, housing, notice, plan } from './spoil.ts';

describe('a policy that violates a prohibition does not load', () => {
  test('an offence to a housing association', () => {
    expectError(
      housing,
      '- housing.need\n',
      '- offence.conviction\n',
      /"offence-to-private-parties" forbids offence.conviction/,
    );
  });

  test('a diagnosis under the plan', () => {
    expectError(plan, '- identity.nationality', '- medical.diagnosis', 'outside-the-closed-list');
  });

  test('the citizen service number in the notice', () => {
    expectError(notice, '- identity.address', '- numbers.bsn', 'bsn-for-verified-purposes');
  });

  test('the plan to the police', () => {
    const errors = errorsAfter((copy) => copy.replace(plan, 'kind: probation', 'kind: police'));
    expect(errors.map((error) => error.message).join('\n')).toContain('"police-outside-the-plan" forbids');
  });

  test('one that becomes prohibited because the prohibitions change', () => {
    const errors = errorsAfter((copy) =>
      copy.replace('catalogue/prohibitions.yaml', 'categories: [offence, medical,', 'categories: [detention, medical,'),
    );
    expect(errors.filter((error) => error.file === notice)).toHaveLength(4);
  });
});

describe('a rule that would permit too much does not load', () => {
  test('no condition at all', () => {
    const whole = `    when:
      - involved: { who: source, as: [detaining-prison] }
      - involved: { who: recipient, as: [residence-municipality, return-municipality] }
      - holds: detention`;
    expectError(notice, whole, '    when: []', /./);
    expectError(notice, whole, '    unless: []', 'unknown member "unless"');
  });

  test('a condition that names two things, of which one would be dropped', () => {
    expectError(notice, '- holds: detention', '- { holds: detention, phase: [detention] }', 'exactly one condition');
  });

  test('nobody asks whether the recipient is involved', () => {
    expectError(
      notice,
      '- involved: { who: recipient, as: [residence-municipality, return-municipality] }',
      '- holds: detention',
      'must ask that the recipient is involved',
      -2,
    );
  });

  test('a role that this kind cannot have', () => {
    expectError(
      notice,
      'as: [residence-municipality, return-municipality]',
      'as: [supervising-probation]',
      'none of these roles can be held by municipality',
    );
  });

  test('criminal data without a ground for them', () => {
    expectError(notice, '        criminal-data: UAVG 33 lid 1 onder a\n', '', 'say under which ground', -3);
  });

  test('basis consent without consent', () => {
    expectError(notice, 'basis: public-task }', 'basis: consent }', 'basis consent needs consent: required');
  });

  test('consent without a text to show', () => {
    expectError(notice, 'consent: irrelevant', 'consent: required', 'has no notice to show the subject');
  });

  test('a text to show where consent may not be asked', () => {
    const text = 'notice: { version: 1, text: { nl: Mag het?, en: May we? } }';
    expectError(notice, 'trigger: both', `trigger: both\n${text}`, 'so it may not be asked', 1);
  });

  test('a side under another regime than its kind has', () => {
    expectError(notice, 'regime: wjsg', 'regime: avg', 'prison processes under wjsg');
  });

  test('a wildcard', () => {
    expectError(notice, '- detention.start', "- 'detention.*'", 'unknown field "detention.*"');
  });

  test('a field twice, a rule twice, a purpose twice', () => {
    expectError(notice, '- detention.start', '- identity.surname', 'is named twice');
    expectError(plan, 'id: probation-to-plan-partners', 'id: prison-to-plan-partners', 'is used twice');
    expectError(housing, 'purpose: housing-placement', 'purpose: detention-notice', 'has this purpose already');
  });

  test('data under professional secrecy', () => {
    const errors = errorsAfter((copy) => {
      copy.write('catalogue/prohibitions.yaml', '[]');
      copy.replace(notice, '- detention.start', '- medical.notes');
    });
    expect(errors).toContainEqual(
      expect.objectContaining({ file: notice, message: expect.stringContaining('secrecy-data') }),
    );
  });

  test('health data without a ground for them', () => {
    const errors = errorsAfter((copy) => copy.replace(notice, '- detention.start', '- careTrajectory.provider'));
    expect(errors.map((error) => error.message).join()).toContain('health-data');
  });

  test('two rules whose obligations cannot be joined', () => {
    const second = `
  - id: another-way
    from: { kind: prison, regime: wjsg, basis: public-task }
    to:
      - { kind: municipality, regime: avg, basis: public-task, retain: { until: sector } }
    fields: [identity.surname]
    when:
      - involved: { who: recipient, as: [return-municipality] }
    consent: irrelevant
    obligations: { inform-subject: at-disclosure, approval: none, seal: transport }
`;
    const last = '    obligations: { inform-subject: at-disclosure, approval: none, seal: transport }\n';
    expectError(
      notice,
      last,
      `${last}${second}`,
      'cannot be joined with those of rule "prison-to-own-municipality"',
      10,
    );
  });
});
