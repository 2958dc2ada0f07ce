import type { ConsentId, Instant, PurposeId, SubjectId, UnitId } from '../brand.ts';

export type ConsentKind = 'consent' | 'waiver';

export type ConsentState = 'requested' | 'given' | 'refused' | 'withdrawn' | 'expired';

/**
 * Permission of the subject for exactly this source, recipient, purpose and these categories.
 * `subject: null` is a request about a person the gateway does not know: it is kept so that asking
 * tells nothing, and can never be given.
 * @law AVG 4(11), 7, 9(2)(a); UAVG 22, 32
 */
export interface Consent {
  readonly id: ConsentId;
  readonly subject: SubjectId | null;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  readonly categories: readonly string[];
  /** Consent to a disclosure, or a waiver of the secrecy that somebody owes the subject. @law BW 7:457(1) */
  readonly kind: ConsentKind;
  readonly state: ConsentState;
  /** Who decided; null while nobody has. */
  readonly decidedBy: 'subject' | 'representative' | null;
  readonly requestedBy: UnitId;
  readonly requestedAt: Instant;
  readonly decidedAt: Instant | null;
  /** Half-open end of validity, at most 12 months after the request. */
  readonly validUntil: Instant;
  /** Version of the notice text in the purpose's policy that the subject is shown. */
  readonly noticeVersion: number;
  readonly language: string;
}
