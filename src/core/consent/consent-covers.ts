import type { Instant, PurposeId, SubjectId, UnitId } from '../brand.ts';
import { isInstant } from '../calendar.ts';
import type { Consent, ConsentKind } from './consent.ts';

/** What a consent must have been given for, exactly. */
export interface ConsentScope {
  readonly kind: ConsentKind;
  readonly subject: SubjectId;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  /** Version of the notice in force: what was agreed to on another text does not count. */
  readonly noticeVersion: number;
  /** The person does not decide alone: only what a representative decided counts. @law BW 1:378, 1:450; UAVG 5 */
  readonly represented: boolean;
}

/**
 * The consent that covers one category now, or null. Only a consent that was given for exactly this
 * scope counts, and not when the same thing was refused or withdrawn at or after it.
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
  let covering: Consent | null = null;
  for (const consent of consents) {
    if (!isFor(consent, scope, category) || !countsAt(consent, scope, now)) continue;
    if (consents.some((other) => isFor(other, scope, category) && overrules(other, consent))) continue;
    // Of several the least id, so that the order on record does not matter.
    if (covering === null || consent.id < covering.id) covering = consent;
  }
  return covering;
}

function isFor(consent: Consent, scope: ConsentScope, category: string): boolean {
  return (
    consent.kind === scope.kind &&
    consent.subject === scope.subject &&
    consent.source === scope.source &&
    consent.recipient === scope.recipient &&
    consent.purpose === scope.purpose &&
    consent.categories.includes(category)
  );
}

function countsAt(consent: Consent, { noticeVersion, represented }: ConsentScope, now: Instant): boolean {
  return (
    consent.state === 'given' &&
    consent.noticeVersion === noticeVersion &&
    consent.decidedAt !== null &&
    isInstant(consent.decidedAt) &&
    consent.decidedAt <= now &&
    isInstant(consent.validUntil) &&
    now < consent.validUntil &&
    (!represented || consent.decidedBy === 'representative')
  );
}

function overrules(other: Consent, given: Consent): boolean {
  if (other.state !== 'refused' && other.state !== 'withdrawn') return false;
  if (other.decidedAt === null || !isInstant(other.decidedAt)) return true;
  return given.decidedAt === null || other.decidedAt >= given.decidedAt;
}
