import { describe, expect, test } from 'vitest';
import { checkPolicies } from '../../src/policy-files/check.ts';
import { type PolicyCopy, withCopy } from './folder.ts';
import { notice } from './spoil.ts';

function checkAfter(spoil: (copy: PolicyCopy) => unknown) {
  return withCopy((copy) => {
    spoil(copy);
    return checkPolicies(copy.dir);
  });
}

describe('checking a folder', () => {
  test('finds no error in what the product ships, and lists what a jurist must settle', () => {
    const report = checkAfter(() => undefined);
    if (!report.loads) throw new Error(report.errors.map(({ message }) => message).join('\n'));
    expect(report.errors).toEqual([]);
    expect(report.open).toContainEqual({ status: 'design-default', where: 'detention-notice', what: 'Pm 1c' });
    expect(report.open.some(({ status }) => status === 'unverified')).toBe(true);
  });

  test('names file, line and column of what does not load', () => {
    const report = checkAfter((copy) => copy.replace(notice, 'kind: municipality', 'kind: municipalty'));
    expect(report).toEqual({
      loads: false,
      errors: [
        {
          file: notice,
          line: expect.any(Number),
          column: expect.any(Number),
          message: expect.stringContaining('unknown partner kind'),
        },
      ],
    });
  });

  test('warns of a field that no rule gives, at its place', () => {
    const field =
      'shoeSize: { class: ordinary, label: { nl: maat, en: size }, plain: { nl: Uw maat, en: Your size }, type: text, maxLength: 9 }';
    let line = 0;
    const report = checkAfter((copy) => {
      line = copy.replace('catalogue/categories.yaml', '    surname:', `    ${field}\n    surname:`);
    });
    expect(report.loads && report.warnings).toContainEqual({
      file: 'catalogue/categories.yaml',
      line,
      column: 5,
      check: 'ungranted',
      message: 'no rule gives identity.shoeSize to anybody',
    });
  });

  test.each([
    ['careProvider, a source of social-support', 'treatingClinician, medicalAdviser', 'medicalAdviser'],
    [
      'housingAssociation, a recipient of housing-placement',
      'remindBefore: [P3D]',
      'remindBefore: [P3D], escalate: { before: P1D, to: [director] }',
    ],
  ])('refuses to turn to nobody at %s', (whom, from, to) => {
    const file = 'catalogue/deadlines.yaml';
    let line = 0;
    const report = checkAfter((copy) => {
      copy.replace(file, '  collect:\n    within: P14D\n    remindBefore: [P3D]\n    status: design-default', collect);
      line = copy.replace(file, from, to);
    });
    expect(report.loads && report.errors).toContainEqual({
      file,
      line,
      column: expect.any(Number),
      check: 'nobody-to-turn-to',
      message: expect.stringContaining(`reaches nobody at ${whom}: it turns to`),
    });
  });
});

/** What is said of collecting by default, on one line. */
const collect = '  collect: { within: P14D, remindBefore: [P3D], status: design-default }';
