import type { Approver } from './approval.ts';
import { type CheckedApproval, neededApprovals, sameText } from './check-approvals.ts';

/**
 * Whether the approvals of a recorded change still count: every key is registered and not revoked, and two
 * different people remain. A change that was recorded without any needed none (closing, or the demo).
 */
export function stillApproved(
  approvals: readonly Pick<CheckedApproval, 'approver' | 'thumbprint'>[],
  approvers: readonly Approver[],
): boolean {
  if (approvals.length === 0) return true;
  const people = new Set<string>();
  for (const { approver, thumbprint } of approvals) {
    const registered = approvers.find((one) => one.thumbprint === thumbprint);
    if (registered === undefined || registered.revokedAt !== null) return false;
    people.add(sameText(approver));
  }
  return people.size >= neededApprovals;
}
