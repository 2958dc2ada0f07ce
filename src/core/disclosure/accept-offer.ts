import type { Instant, TraceId, UnitId } from '../brand.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import { isApproved } from './approvals-needed.ts';
import { frame, subjectMark, userOnRecord } from './entries.ts';
import type { Entropy, PolicySets } from './ports.ts';
import type { RequestRecord } from './request.ts';

/** Why an offer cannot be accepted like this; see `CollectOutcome`. */
type AcceptanceProblem = { readonly kind: 'user-needed' } | { readonly kind: 'other-addressee' };

/** What a source offers is accepted by a person, in the role that it was offered for where there is one. */
export function acceptanceProblem(
  { direction, userRole }: Pick<RequestRecord, 'direction' | 'userRole'>,
  user: User | null,
): AcceptanceProblem | null {
  if (direction !== 'push') return null;
  if (user === null) return { kind: 'user-needed' };
  return userRole === null || user.role === userRole ? null : { kind: 'other-addressee' };
}

/**
 * An offer that was refused never reached its recipient, to whom there is none; nor did one on which not all the people of
 * its source agreed that its policy asks for, whether it waits for them or ended before they did.
 */
export function isNeverOffered(
  {
    direction,
    decision,
    approvals,
    recipient,
  }: Pick<RequestRecord, 'direction' | 'decision' | 'approvals' | 'recipient'>,
  unit: UnitId,
): boolean {
  if (direction !== 'push' || recipient !== unit) return false;
  return decision.obligations === null || !isApproved(decision.obligations, approvals);
}

/** Who took what was offered; none where it was asked for. */
export function acceptedEntries(
  { entropy, policies }: { readonly entropy: Entropy; readonly policies: PolicySets },
  request: RequestRecord,
  { user, at, trace }: { readonly user: User | null; readonly at: Instant; readonly trace: TraceId },
): readonly EntryDraft[] {
  if (request.direction !== 'push' || user === null) return [];
  return [
    {
      // Under the call of whoever accepts, by which they are found.
      ...frame(entropy, { ...request, trace }, at, policies.current().digest),
      kind: 'offer-accepted',
      body: { request: request.id },
      subject: request.subject,
      personal: { subject: subjectMark(entropy, request.subject), accepter: userOnRecord(user) },
      fleeting: {},
    },
  ];
}
