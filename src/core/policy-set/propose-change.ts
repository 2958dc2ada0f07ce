import type { Instant } from '../brand.ts';
import { ok, type Result, refuse } from '../result.ts';
import { effectOf, type PlannedChange } from './activation.ts';
import type { Approval } from './approval.ts';
import { type ApprovalRefusal, type CheckedApproval, checkApprovals } from './check-approvals.ts';
import type { ChangePorts, Recorded } from './ports.ts';
import type { SignatureCheck } from './signature-check.ts';
import type { ChangeStatement } from './statement.ts';

export type ProposalRefusal =
  | { readonly kind: 'approval'; readonly refusal: ApprovalRefusal }
  | { readonly kind: 'does-not-fit' }
  | { readonly kind: Exclude<Recorded, 'recorded'> };

/**
 * Records a change of what is in force, once two approvers signed exactly it. It is carried out when
 * its start has come (see `carryOut`). `signatures: null` takes a change without approvals: where
 * the configuration says so, in the demo alone.
 */
export async function proposeChange(
  ports: ChangePorts,
  statement: ChangeStatement,
  approvals: readonly Approval[],
  signatures: SignatureCheck | null,
): Promise<Result<PlannedChange, ProposalRefusal>> {
  if (effectOf(statement, await ports.records.read()) === null) return refuse({ kind: 'does-not-fit' });
  let checked: readonly CheckedApproval[] = [];
  if (signatures !== null) {
    const result = await checkApprovals(statement, approvals, await ports.records.approvers(), signatures);
    if (!result.ok) return refuse({ kind: 'approval', refusal: result.refusal });
    checked = result.value;
  }
  const now: Instant = ports.clock.now();
  const startsAt = statement.from === null || statement.from < now ? now : statement.from;
  const change: PlannedChange = { id: ports.entropy.id(), statement, startsAt, approvals: checked };
  const recorded = await ports.records.record(change, now);
  return recorded === 'recorded' ? ok(change) : refuse({ kind: recorded });
}
