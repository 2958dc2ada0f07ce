import type { Digest } from '../brand.ts';
import { ok, type Result, refuse } from '../result.ts';
import type { Approval, Approver } from './approval.ts';
import type { SignatureCheck, SignatureProblem } from './signature-check.ts';
import { type ChangeStatement, statementText } from './statement.ts';

/** An approval that holds, as it is kept. */
export interface CheckedApproval {
  readonly approver: string;
  readonly thumbprint: string;
  readonly signature: string;
  /** Kept for ever, so that the same approval is used once. */
  readonly mark: string;
}

export type ApprovalProblem =
  | 'other-action'
  | 'other-set'
  | 'other-change'
  | 'other-start'
  | 'other-previous'
  | 'unknown-approver'
  | 'revoked-key'
  | 'same-person'
  | 'same-key'
  | 'too-few'
  | SignatureProblem;

export interface ApprovalRefusal {
  readonly problem: ApprovalProblem;
  /** Whose approval it is; null where it is about all of them. */
  readonly approver: string | null;
}

/** Nobody changes the rules of others alone. */
export const neededApprovals = 2;

/**
 * Whether two different people, by two different registered keys, signed exactly this statement.
 * INVARIANT: every approval that is given must hold; one that does not is no less reason to stop
 * because two others do.
 */
export async function checkApprovals(
  expected: ChangeStatement,
  approvals: readonly Approval[],
  approvers: readonly Approver[],
  check: SignatureCheck,
): Promise<Result<readonly CheckedApproval[], ApprovalRefusal>> {
  const held: CheckedApproval[] = [];
  for (const approval of approvals) {
    const one = await checkOne(expected, approval, approvers, check);
    if (typeof one === 'string') return refuse({ problem: one, approver: approval.approver });
    const person = sameText(one.approver);
    if (held.some(({ approver }) => sameText(approver) === person)) {
      return refuse({ problem: 'same-person', approver: approval.approver });
    }
    if (held.some(({ thumbprint }) => thumbprint === one.thumbprint)) {
      return refuse({ problem: 'same-key', approver: approval.approver });
    }
    held.push(one);
  }
  return held.length < neededApprovals ? refuse({ problem: 'too-few', approver: null }) : ok(held);
}

async function checkOne(
  expected: ChangeStatement,
  { approver: name, statement, signature }: Approval,
  approvers: readonly Approver[],
  check: SignatureCheck,
): Promise<CheckedApproval | ApprovalProblem> {
  const other = difference(expected, statement);
  if (other !== null) return other;
  const own = approvers.filter((approver) => approver.name === name);
  if (own.length === 0) return 'unknown-approver';
  const text = statementText(expected);
  let problem: SignatureProblem = 'does-not-match';
  for (const { key, thumbprint, revokedAt } of own) {
    const checked = await check(text, signature, key);
    // Said only of a signature that is right: a revoked key must not hide that somebody else signed.
    if (checked.ok) {
      return revokedAt === null ? { approver: name, thumbprint, signature, mark: checked.mark } : 'revoked-key';
    }
    if (checked.problem !== 'does-not-match') problem = checked.problem;
  }
  return problem;
}

function difference(expected: ChangeStatement, signed: ChangeStatement): ApprovalProblem | null {
  if (signed.action !== expected.action) return 'other-action';
  if (what(signed) !== what(expected)) return expected.action === 'partner' ? 'other-change' : 'other-set';
  if (signed.from !== expected.from) return 'other-start';
  return signed.previous === expected.previous ? null : 'other-previous';
}

function what(statement: ChangeStatement): Digest {
  return statement.action === 'partner' ? statement.change : statement.set;
}

/** Two spellings of a name are one person. */
export function sameText(name: string): string {
  return name.normalize('NFKC').replace(/\s+/gu, ' ').toLowerCase();
}
