import type { Change } from '../../core/disclosure/change.ts';
import { type EmergencyChange, isEmergencyChange } from '../../core/emergency/emergency-change.ts';
import type { ErasureChange } from '../../core/erasure/erasure-change.ts';
import type { SubjectChange } from '../../core/subject/subject-change.ts';
import { giveCaseReference } from '../case-reference.ts';
import { erasureStatement, isErasureChange } from '../erasure/erasure-statements.ts';
import type { ColdStatement } from './cold-statement.ts';
import type { FlushKeys } from './compose-flush.ts';
import { correctionStatement } from './correction-changes.ts';
import { dutyStatement } from './duty-changes.ts';
import { emergencyStatement } from './emergency-changes.ts';
import { type FactChange, factStatement, isFactChange } from './fact-changes.ts';
import { inboxStatement } from './inbox-changes.ts';
import { informingStatement } from './informing-changes.ts';
import { keyStatement } from './key-changes.ts';
import { partnerStatement } from './partner-changes.ts';
import { policyStatement } from './policy-changes.ts';
import { rightsStatement } from './rights-changes.ts';
import { isSubjectChange, subjectStatement } from './subject-statements.ts';
import { subscriptionStatement } from './subscription-changes.ts';
import { timerStatement } from './timer-changes.ts';
import { waitingStatement } from './waiting-changes.ts';

const hotChanges = ['idempotency-claimed', 'request-opened', 'request-moved', 'event-emitted'] as const;

/** The changes that are written with the entries of a flush, in one statement (see `flush-statement`). */
export type HotChange = Change & { readonly type: (typeof hotChanges)[number] };
export type ColdChange = Exclude<Change, HotChange>;

const hot: ReadonlySet<string> = new Set(hotChanges);

export function isHot(change: Change): change is HotChange {
  return hot.has(change.type);
}

export function coldStatement(change: ColdChange, secrets: FlushKeys['secrets']): ColdStatement {
  if (isSubjectChange(change)) return subjectStatement(change);
  if (isErasureChange(change)) return erasureStatement(change, secrets);
  if (isEmergencyChange(change)) return emergencyStatement(change);
  return isFactChange(change) ? factStatement(change, secrets) : otherStatement(change, secrets);
}

function otherStatement(
  change: Exclude<ColdChange, FactChange | SubjectChange | ErasureChange | EmergencyChange>,
  secrets: FlushKeys['secrets'],
): ColdStatement {
  switch (change.type) {
    case 'request-reminded':
    case 'request-stop-told':
    case 'requests-woken':
      return waitingStatement(change);
    case 'answer-kept':
    case 'answer-taken':
    case 'message-kept':
      return inboxStatement(change, secrets);
    case 'timers-reckoned':
    case 'timer-fired':
      return timerStatement(change);
    case 'destruction-confirmed':
    case 'duties-woken':
    case 'duty-followed':
      return dutyStatement(change);
    case 'correction-made':
    case 'correction-confirmed':
    case 'correction-reached':
    case 'correction-followed':
      return correctionStatement(change);
    case 'rights-request-made':
    case 'rights-request-decided':
    case 'rights-request-followed':
    case 'rights-request-carried-out':
      return rightsStatement(change);
    case 'informing-delayed':
    case 'informing-followed':
      return informingStatement(change);
    case 'case-reference-given':
      return { ...giveCaseReference(change, secrets), untouched: 'unique' };
    case 'consent-requested': {
      const c = change.consent;
      const who = [c.id, c.subject, c.source, c.recipient, c.purpose, [...c.categories], c.kind, c.state];
      const when = [c.requestedBy, c.requestedAt, c.decidedAt, c.decidedBy, c.validUntil, c.noticeVersion, c.language];
      return { ...requestConsent, values: [...who, ...when], untouched: 'unique' };
    }
    case 'consent-moved':
      return {
        ...moveConsent,
        values: [change.id, change.from, change.to, change.at, change.by ?? null],
        untouched: 'state',
      };
    case 'notice-given': {
      const { id, recipient, source, purpose, subject, fields, at, entry } = change.notice;
      const values = [id, recipient, source, purpose, subject, [...fields], at, entry, change.informAfter];
      return { ...giveNotice, values, untouched: 'unique' };
    }
    case 'key-activated':
    case 'key-retired':
      return keyStatement(change);
    case 'policy-activated':
    case 'policy-rolled-back':
    case 'policy-accepted':
      return policyStatement(change);
    case 'partners-changed':
    case 'partner-change-cancelled':
      return partnerStatement(change);
    case 'subscription-added':
    case 'subscription-ended':
      return subscriptionStatement(change);
  }
}

const requestConsent = {
  name: 'journal-consent-requested',
  text: `INSERT INTO consent (id, subject_id, source, recipient, purpose, categories, kind, state, requested_by,
      requested_at, decided_at, decided_by, valid_until, notice_version, language)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING RETURNING 1`,
};

const moveConsent = {
  name: 'journal-consent-moved',
  // That it ended decides nothing: who decided and when stays.
  text: `UPDATE consent SET state = $3, decided_by = coalesce($5, decided_by),
      decided_at = CASE WHEN $3 = 'expired' THEN decided_at ELSE $4 END
    WHERE id = $1 AND state = $2 RETURNING 1`,
};

const giveNotice = {
  name: 'journal-notice-given',
  text: `INSERT INTO notice (id, recipient, source, purpose, subject_id, fields, at, entry_id, inform_after)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING 1`,
};
