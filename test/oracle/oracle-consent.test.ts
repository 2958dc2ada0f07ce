import { describe, expect, it, test } from 'vitest';
import { consentCovers } from './consent-oracle.ts';
import type { OracleQuestion, RecordedConsent } from './question.ts';
import { aConsent, aFact, after, aQuestion, before, content, now } from './small-world.ts';

const world = content([]);
const covers = (consents: readonly RecordedConsent[], over: Partial<OracleQuestion> = {}) =>
  consentCovers('consent', 'person', 3, aQuestion({ consents, ...over }), world);

describe('a consent', () => {
  it('covers what it was given for', () => {
    expect(covers([aConsent()])).toBe(true);
  });

  test.each<[string, Partial<RecordedConsent>]>([
    ['of another kind', { kind: 'waiver' }],
    ['of another person', { subject: 'somebody-else' }],
    ['of nobody known', { subject: null }],
    ['for another source', { source: 'a-prison' }],
    ['for another recipient', { recipient: 'a-town' }],
    ['for another purpose', { purpose: 'care' }],
    ['for the group that the purpose stands in', { purpose: 'return' }],
    ['for other categories', { categories: ['stay'] }],
    ['for no category', { categories: [] }],
    ['that is only requested', { state: 'requested' }],
    ['that was refused', { state: 'refused' }],
    ['that was withdrawn', { state: 'withdrawn' }],
    ['that expired', { state: 'expired' }],
    ['on an earlier notice', { noticeVersion: 2 }],
    ['on a later notice', { noticeVersion: 4 }],
    ['given at no known moment', { decidedAt: null }],
    ['given at a moment that cannot be read', { decidedAt: '2026-01-01' }],
    ['given after now', { decidedAt: '2026-03-10T09:00:00.001Z' }],
    ['whose end is now', { validUntil: now }],
    ['whose end cannot be read', { validUntil: 'never' }],
  ])('%s does not count', (_, over) => {
    expect(covers([aConsent(over)])).toBe(false);
  });

  it('counts from the instant it was given until the instant before its end', () => {
    expect(covers([aConsent({ decidedAt: now, validUntil: '2026-03-10T09:00:00.001Z' })])).toBe(true);
  });
  it('does not count where the policy has no notice', () => {
    expect(consentCovers('consent', 'person', undefined, aQuestion({ consents: [aConsent()] }), world)).toBe(false);
  });
  it('does not count for a person nobody knows', () => {
    expect(covers([aConsent({ subject: null })], { subject: null })).toBe(false);
  });
});

describe('a refusal or withdrawal of the same', () => {
  const given = aConsent({ decidedAt: '2026-02-01T00:00:00.000Z' });
  const takenBack = (over: Partial<RecordedConsent>) => covers([given, aConsent({ state: 'withdrawn', ...over })]);
  test.each<[string, Partial<RecordedConsent>, boolean]>([
    ['after it undoes it', { decidedAt: '2026-02-02T00:00:00.000Z' }, false],
    ['that is a refusal undoes it too', { state: 'refused', decidedAt: '2026-02-02T00:00:00.000Z' }, false],
    ['at the same moment undoes it', { decidedAt: '2026-02-01T00:00:00.000Z' }, false],
    ['at an unknown moment undoes it', { decidedAt: null }, false],
    ['at an unreadable moment undoes it', { decidedAt: 'x' }, false],
    ['on another notice undoes it', { decidedAt: '2026-02-02T00:00:00.000Z', noticeVersion: 2 }, false],
    ['before it does not', { decidedAt: before }, true],
    ['of another category does not', { decidedAt: now, categories: ['stay'] }, true],
    ['of another kind does not', { decidedAt: now, kind: 'waiver' }, true],
    ['for another recipient does not', { decidedAt: now, recipient: 'a-town' }, true],
    ['for another source does not', { decidedAt: now, source: 'a-prison' }, true],
    ['for another purpose does not', { decidedAt: now, purpose: 'care' }, true],
    ['of another person does not', { decidedAt: now, subject: 'somebody-else' }, true],
    ['that only expired does not', { decidedAt: now, state: 'expired' }, true],
  ])('%s', (_, over, expected) => {
    expect(takenBack(over)).toBe(expected);
  });

  it('leaves a later consent alone', () => {
    const withdrawn = aConsent({ state: 'withdrawn', decidedAt: '2026-02-02T00:00:00.000Z' });
    expect(covers([given, withdrawn, aConsent({ decidedAt: '2026-02-03T00:00:00.000Z' })])).toBe(true);
  });
});

describe('where the person does not decide alone', () => {
  const child = aFact('age', { attributes: { group: 'child' } });
  it('only the decision of a representative counts', () => {
    expect(covers([aConsent()], { facts: [child] })).toBe(false);
    expect(covers([aConsent({ decidedBy: null })], { facts: [child] })).toBe(false);
    expect(covers([aConsent({ decidedBy: 'representative' })], { facts: [child] })).toBe(true);
  });
  it('that holds as well while it is disputed or cannot be read', () => {
    expect(covers([aConsent()], { facts: [{ ...child, state: 'disputed' }] })).toBe(false);
    expect(covers([aConsent()], { facts: [{ ...child, until: 'x' }] })).toBe(false);
  });
  it('it is over when the fact is over, not there yet, corrected, or another word', () => {
    expect(covers([aConsent()], { facts: [{ ...child, until: now }] })).toBe(true);
    expect(covers([aConsent()], { facts: [{ ...child, from: after }] })).toBe(true);
    expect(covers([aConsent()], { facts: [{ ...child, state: 'corrected' }] })).toBe(true);
    expect(covers([aConsent()], { facts: [{ ...child, attributes: { group: 'adult' } }] })).toBe(true);
  });
  it('a representative may decide for somebody who decides alone', () => {
    expect(covers([aConsent({ decidedBy: 'representative' })])).toBe(true);
  });
});
