import type { Instant } from '../brand.ts';
import type { Approval } from '../policy-set/approval.ts';
import { approveChange } from '../policy-set/approve-change.ts';
import type { ApprovalRefusal } from '../policy-set/check-approvals.ts';
import type { SignatureCheck } from '../policy-set/signature-check.ts';
import { ok, type Result, refuse } from '../result.ts';
import { applyChange, type PartnerChangeRefusal } from './apply-change.ts';
import { changeStatementFor, fitsSize } from './change-statement.ts';
import { type ComingKeyRefusal, refusalOfComingKeys } from './check-keys.ts';
import type { PartnerChange } from './partner-change.ts';
import type { PartnerChangePorts, PlannedPartnerChange } from './ports.ts';

export type PartnerProposalRefusal =
  | { readonly kind: 'approval'; readonly refusal: ApprovalRefusal }
  | { readonly kind: 'change'; readonly refusal: PartnerChangeRefusal }
  | { readonly kind: 'key'; readonly refusal: ComingKeyRefusal }
  /** Nobody would read it before signing. */
  | { readonly kind: 'too-large' }
  | { readonly kind: 'approval-used' };

/**
 * Records a change of the partners once two approvers signed exactly it, for what is on record now. It is
 * carried out when its start has come (see `carryOutPartnerChange`). Closing a unit needs nobody's approval:
 * a person who sees something wrong must not have to look for a second one first. `signatures: null` takes
 * every change without: where the configuration says so, in the demo alone.
 */
export async function proposePartnerChange(
  ports: PartnerChangePorts,
  { change, from }: { readonly change: PartnerChange; readonly from: Instant | null },
  approvals: readonly Approval[],
  signatures: SignatureCheck | null,
): Promise<Result<PlannedPartnerChange, PartnerProposalRefusal>> {
  if (!fitsSize(change)) return refuse({ kind: 'too-large' });
  const { units } = await ports.records.read();
  const effect = applyChange(units, change);
  if (!effect.ok) return refuse({ kind: 'change', refusal: effect.refusal });
  const keyRefused = await refusalOfComingKeys(ports.keyChecks, units, effect.value, ports.clock.now());
  if (keyRefused !== null) return refuse({ kind: 'key', refusal: keyRefused });
  const closes = change.action === 'suspend';
  const statement = changeStatementFor(change, effect.value, closes ? null : from);
  const approving = { ...ports, approvers: ports.records.approvers };
  const approved = await approveChange(approving, statement, approvals, closes ? null : signatures);
  if (!approved.ok) return refuse({ kind: 'approval', refusal: approved.refusal });
  const planned = { ...approved.value, change };
  const recorded = await ports.records.record(planned, ports.clock.now());
  return recorded === 'recorded' ? ok(planned) : refuse({ kind: recorded });
}
