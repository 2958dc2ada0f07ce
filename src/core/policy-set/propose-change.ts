import { ok, type Result, refuse } from '../result.ts';
import { effectOf, type PlannedChange } from './activation.ts';
import type { Approval } from './approval.ts';
import { approveChange } from './approve-change.ts';
import type { ApprovalRefusal } from './check-approvals.ts';
import type { ChangePorts, Recorded } from './ports.ts';
import type { SignatureCheck } from './signature-check.ts';
import type { PolicyStatement } from './statement.ts';

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
  statement: PolicyStatement,
  approvals: readonly Approval[],
  signatures: SignatureCheck | null,
): Promise<Result<PlannedChange, ProposalRefusal>> {
  if (effectOf(statement, await ports.records.read()) === null) return refuse({ kind: 'does-not-fit' });
  const approving = { ...ports, approvers: ports.records.approvers };
  const approved = await approveChange(approving, statement, approvals, signatures);
  if (!approved.ok) return refuse({ kind: 'approval', refusal: approved.refusal });
  const recorded = await ports.records.record(approved.value, ports.clock.now());
  return recorded === 'recorded' ? ok(approved.value) : refuse({ kind: recorded });
}
