import type { Instant, PurposeId, SubjectId, UnitId } from '../brand.ts';
import type { Consent } from './consent.ts';

/** What a consent must have been given for, exactly. */
export interface ConsentScope {
  readonly subject: SubjectId;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  /** Version of the notice in force: what was agreed to on another text does not count. */
  readonly noticeVersion: number;
}

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * The consent that covers one category now, or null. Only a consent that was given for exactly this
 * scope counts, and not when the subject refused or withdrew the same thing at or after it.
 *
 * INVARIANT: refusing, withdrawing or expiring any consent never makes another one count.
 * @law AVG 4(11), 7(3)
 */
export function coveringConsent(
  consents: readonly Consent[],
  scope: ConsentScope,
  category: string,
  now: Instant,
): Consent | null {
  const same = consents.filter((consent) => isFor(consent, scope) && consent.categories.includes(category));
  const given = same.filter((consent) => countsAt(consent, scope.noticeVersion, now));
  const standing = given.filter((consent) => !same.some((other) => overrules(other, consent)));
  return standing.sort((a, b) => (a.id < b.id ? -1 : 1))[0] ?? null;
}

function isFor(consent: Consent, scope: ConsentScope): boolean {
  return (
    consent.subject === scope.subject &&
    consent.source === scope.source &&
    consent.recipient === scope.recipient &&
    consent.purpose === scope.purpose
  );
}

function countsAt(consent: Consent, noticeVersion: number, now: Instant): boolean {
  return (
    consent.state === 'given' &&
    consent.noticeVersion === noticeVersion &&
    consent.decidedAt !== null &&
    instantForm.test(consent.decidedAt) &&
    consent.decidedAt <= now &&
    instantForm.test(consent.validUntil) &&
    now < consent.validUntil
  );
}

function overrules(other: Consent, given: Consent): boolean {
  if (other.state !== 'refused' && other.state !== 'withdrawn') return false;
  return other.decidedAt === null || given.decidedAt === null || other.decidedAt >= given.decidedAt;
}
