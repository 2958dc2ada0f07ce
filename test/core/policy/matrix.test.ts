import { expect, test } from 'vitest';
import { matrixPage } from '../../../src/commands/matrix-page.ts';
import type { FieldId } from '../../../src/core/brand.ts';
import { matrix } from '../../../src/core/policy/matrix.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const everything = { field: null, kind: null, purpose: null };
const rows = matrix(set, everything);

test('the matrix has a row for every grant, and each names what the grant gives', () => {
  const grants = [...set.policies.values()].flatMap((policy) => policy.grants);
  expect(rows).toHaveLength(grants.length);
  for (const grant of grants) {
    const own = rows.filter(
      (row) => row.rule === grant.rule && row.source === grant.source && row.recipient === grant.recipient,
    );
    expect(own.some((row) => row.fields.length === grant.fields.size)).toBe(true);
  }
});

test('a field, a kind or a purpose narrows it to what it says', () => {
  const field = 'identity.surname' as FieldId;
  const own = matrix(set, { ...everything, field });
  expect(own.length).toBeGreaterThan(0);
  expect(own.length).toBeLessThan(rows.length);
  expect(own.every((row) => row.fields.length === 1 && row.fields[0] === field)).toBe(true);
  const kind = rows[0]?.recipient ?? '';
  const ofKind = matrix(set, { ...everything, kind });
  expect(ofKind.every((row) => row.source === kind || row.recipient === kind)).toBe(true);
  expect(matrix(set, { ...everything, kind: 'nobody' })).toEqual([]);
  const purpose = rows[0]?.purpose ?? null;
  expect(new Set(matrix(set, { ...everything, purpose }).map((row) => row.purpose))).toEqual(new Set([purpose]));
});

test.each(['nl', 'en'] as const)(
  'the page in %s holds every purpose, no script, and nothing from elsewhere',
  (language) => {
    const page = matrixPage(set, rows, language);
    expect(page).toContain(`<html lang="${language}">`);
    for (const purpose of new Set(rows.map((row) => row.purpose))) expect(page).toContain(`<h2 id="${purpose}">`);
    expect(page).not.toMatch(/<script|<link|<img|https?:|url\(|\[object|undefined/);
  },
);

test('a page about nothing says that nobody gets anything', () => {
  expect(matrixPage(set, [], 'nl')).toContain('niemand krijgt iets');
});
