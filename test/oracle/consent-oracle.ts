import { readInstant } from './calendar.ts';
import { momentOf, needsRepresentative } from './condition-oracle.ts';
import type { PolicyContent } from './policy-content.ts';
import type { OracleQuestion, RecordedConsent } from './question.ts';

/**
 * Does a consent on record cover this category for what is asked, at the moment it is asked?
 * @law AVG 7; UAVG 22, 32
 */
export function consentCovers(
  kind: RecordedConsent['kind'],
  category: string,
  noticeVersion: number | undefined,
  question: OracleQuestion,
  content: PolicyContent,
): boolean {
  const { subject } = question;
  if (subject === null || noticeVersion === undefined) return false;
  const now = momentOf(question);
  const sameMatter = question.consents.filter(
    (consent) =>
      consent.kind === kind &&
      consent.subject === subject &&
      consent.source === question.source.unit &&
      consent.recipient === question.recipient.unit &&
      consent.purpose === question.purpose &&
      consent.categories.includes(category),
  );
  return sameMatter.some((consent) => {
    if (consent.state !== 'given' || consent.noticeVersion !== noticeVersion) return false;
    const decidedAt = readInstant(consent.decidedAt);
    const validUntil = readInstant(consent.validUntil);
    if (decidedAt === null || decidedAt > now) return false;
    if (validUntil === null || validUntil <= now) return false;
    if (needsRepresentative(question, content) && consent.decidedBy !== 'representative') return false;
    return !sameMatter.some((other) => takesBack(other, decidedAt));
  });
}

/** A refusal or withdrawal at or after the moment of the consent, or at a moment that nobody knows. */
function takesBack(other: RecordedConsent, givenAt: number): boolean {
  if (other.state !== 'refused' && other.state !== 'withdrawn') return false;
  const at = readInstant(other.decidedAt);
  return at === null || at >= givenAt;
}
