import type { Instant } from '../brand.ts';
import type { Clock, Entropy } from '../disclosure/ports.ts';
import { ok, type Result } from '../result.ts';
import type { ApprovedChange } from './activation.ts';
import type { Approval, Approver } from './approval.ts';
import { type ApprovalRefusal, checkApprovals } from './check-approvals.ts';
import type { SignatureCheck } from './signature-check.ts';
import type { ChangeStatement } from './statement.ts';

export interface ApprovePorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly approvers: () => Promise<readonly Approver[]>;
}

/**
 * A change with the approvals that it needs, ready to be recorded. `signatures: null` takes it without
 * approvals: where the configuration says so, in the demo alone, or where something is only closed.
 */
export async function approveChange<Statement extends ChangeStatement>(
  ports: ApprovePorts,
  statement: Statement,
  approvals: readonly Approval[],
  signatures: SignatureCheck | null,
): Promise<Result<ApprovedChange<Statement>, ApprovalRefusal>> {
  const checked =
    signatures === null ? ok([]) : await checkApprovals(statement, approvals, await ports.approvers(), signatures);
  if (!checked.ok) return checked;
  const now: Instant = ports.clock.now();
  const startsAt = statement.from === null || statement.from < now ? now : statement.from;
  return ok({ id: ports.entropy.id(), statement, startsAt, approvals: checked.value });
}
