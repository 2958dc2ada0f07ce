import { describe, expect, test } from 'vitest';
import type { ConsentId, Instant, PurposeId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import type { Consent } from '../../../src/core/consent/consent.ts';
import { type ConsentScope, coveringConsent } from '../../../src/core/consent/consent-covers.ts';
import { consent, now, subject } from '../policy/questions.ts';

const scope: ConsentScope = {
  kind: 'consent',
  subject: subject.id,
  source: 'stad' as UnitId,
  recipient: 'corporatie' as UnitId,
  purpose: 'housing-placement' as PurposeId,
  noticeVersion: 1,
  represented: false,
};

function covers(...consents: Consent[]): boolean {
  return coveringConsent(consents, scope, 'housing', now) !== null;
}

describe('a consent covers a category', () => {
  test('when it was given for exactly this', () => {
    expect(coveringConsent([consent()], scope, 'housing', now)?.id).toBe('consent-1');
  });

  test.each<readonly [string, Partial<Consent>]>([
    ['another person', { subject: 'other' as SubjectId }],
    ['nobody', { subject: null }],
    ['another source', { source: 'dorp' as UnitId }],
    ['another recipient', { recipient: 'andere' as UnitId }],
    ['another purpose', { purpose: 'income' as PurposeId }],
    ['another category', { categories: ['identity'] }],
    ['no category', { categories: [] }],
    ['another text', { noticeVersion: 2 }],
    ['no date of the decision', { decidedAt: null }],
    ['a decision that is still to come', { decidedAt: '2026-03-11T00:00:00.000Z' as Instant }],
    ['a date that cannot be read', { decidedAt: 'yesterday' as Instant }],
    ['an end that cannot be read', { validUntil: 'zomer' as Instant }],
    ['an end that is now', { validUntil: now }],
    ['a waiver in its place', { kind: 'waiver' }],
    ['a request only', { state: 'requested' }],
    ['a refusal', { state: 'refused' }],
    ['a withdrawal', { state: 'withdrawn' }],
    ['an expiry', { state: 'expired' }],
  ])('but not with %s', (_, overrides) => {
    expect(covers(consent(overrides))).toBe(false);
  });

  test('and a consent in place of a waiver no more than the other way round', () => {
    const waiver = { ...scope, kind: 'waiver' } as const;
    expect(coveringConsent([consent()], waiver, 'housing', now)).toBeNull();
    expect(coveringConsent([consent({ kind: 'waiver' })], waiver, 'housing', now)?.id).toBe('consent-1');
  });

  test.each([
    ['subject', false],
    [null, false],
    ['representative', true],
  ] as const)('where the person does not decide alone, decided by %s: %s', (decidedBy, counts) => {
    const represented = { ...scope, represented: true };
    expect(coveringConsent([consent({ decidedBy })], represented, 'housing', now) !== null).toBe(counts);
    expect(coveringConsent([consent({ decidedBy })], scope, 'housing', now)).not.toBeNull();
  });

  test('and not when the same was refused or withdrawn at or after it', () => {
    const later = { id: 'consent-2' as ConsentId, decidedAt: '2026-03-07T00:00:00.000Z' as Instant };
    expect(covers(consent(), consent({ ...later, state: 'withdrawn' }))).toBe(false);
    expect(covers(consent(), consent({ ...later, state: 'refused' }))).toBe(false);
    expect(covers(consent(), consent({ ...later, state: 'withdrawn', decidedAt: null }))).toBe(false);
    expect(covers(consent(), consent({ ...later, state: 'refused', decidedAt: 'once' as Instant }))).toBe(false);
    expect(covers(consent(), consent({ ...later, state: 'withdrawn', kind: 'waiver' }))).toBe(true);
    expect(covers(consent(), consent({ ...later, state: 'withdrawn', recipient: 'andere' as UnitId }))).toBe(true);
    expect(covers(consent(), consent({ ...later, state: 'withdrawn', categories: ['identity'] }))).toBe(true);
  });

  test('and again when the person said yes after having said no', () => {
    const earlier = { id: 'consent-0' as ConsentId, decidedAt: '2026-03-05T12:00:00.000Z' as Instant };
    expect(covers(consent({ ...earlier, state: 'withdrawn' }), consent())).toBe(true);
  });
});
