import { describe, expect, test } from 'vitest';
import type { PurposeId } from '../../../src/core/brand.ts';
import { consentNotice } from '../../../src/core/policy/consent-notice.ts';
import { openPoints } from '../../../src/core/policy/open-points.ts';
import { pushesFor } from '../../../src/core/policy/push.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const housing = 'housing-placement' as PurposeId;

describe('a consent may be asked', () => {
  test('only where a rule rests on it, with its text and its categories', () => {
    const notice = consentNotice(set, housing, 'municipality', 'housingAssociation');
    expect(notice).toMatchObject({ version: 1, categories: ['identity', 'housing'] });
  });

  test('in words that say what it reveals, that no is free, and that it can be withdrawn', () => {
    const { nl, en } = consentNotice(set, housing, 'municipality', 'housingAssociation')?.text ?? { nl: '', en: '' };
    expect(nl).toMatch(/in de gevangenis zit of hebt gezeten/);
    expect(nl).toMatch(/geen nadeel/);
    expect(nl).toMatch(/intrekken/);
    expect(en).toMatch(/you are or were in prison/);
    expect(en).toMatch(/no disadvantage/);
    expect(en).toMatch(/withdraw/);
  });

  test.each([
    ['the plan, where the law is the basis', 'plan-basic-conditions', 'prison', 'municipality'],
    ['the other way round', 'housing-placement', 'housingAssociation', 'municipality'],
    ['a purpose that permits nothing', 'income', 'prison', 'municipality'],
    ['a purpose that does not exist', 'anything', 'municipality', 'housingAssociation'],
    ['a kind that does not exist', 'housing-placement', 'municipality', 'guild'],
  ])('and not for %s', (_, purpose, source, recipient) => {
    expect(consentNotice(set, purpose as PurposeId, source, recipient)).toBeNull();
  });
});

describe('a source may push', () => {
  test('what a policy with that trigger names between the two kinds', () => {
    expect(pushesFor(set, 'prison', 'municipality').filter(({ purpose }) => purpose === 'detention-notice')).toEqual([
      {
        purpose: 'detention-notice',
        fields: [
          'identity.surname',
          'identity.givenNames',
          'identity.address',
          'identity.birthDate',
          'identity.birthPlace',
          'identity.nationality',
          'detention.start',
          'detention.expectedRelease',
        ],
      },
    ]);
  });

  test('nothing to anybody else', () => {
    expect(pushesFor(set, 'municipality', 'prison')).toEqual([]);
    expect(pushesFor(set, 'prison', 'school')).toEqual([]);
    expect(pushesFor(set, 'prison', 'guild')).toEqual([]);
  });
});

test('what a jurist must still settle is listed, each point once', () => {
  const points = openPoints(set);
  expect(points).toContainEqual({ status: 'design-default', where: 'detention-notice', what: 'Pm 1c' });
  expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
});
