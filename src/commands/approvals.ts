import { type Approval, approvalFile } from '../core/policy-set/approval.ts';
import type { ApprovalProblem, ApprovalRefusal } from '../core/policy-set/check-approvals.ts';
import { readJson } from './read-jwk.ts';

/** What `policy sign` and `partner sign` write; `unread`: files that are not in the one form. Throws `ConfigError`. */
export function readApprovals(files: readonly string[]): {
  readonly approvals: readonly Approval[];
  readonly unread: readonly string[];
} {
  const approvals: Approval[] = [];
  const unread: string[] = [];
  for (const file of files) {
    const parsed = approvalFile.safeParse(readJson(file));
    if (parsed.success) approvals.push(parsed.data);
    else unread.push(file);
  }
  return { approvals, unread };
}

/** Whose approval is refused, and why. */
export function approvalWords({ approver, problem }: ApprovalRefusal): string {
  return approver === null ? words[problem] : `${approver}: ${words[problem]}`;
}

const words: Readonly<Record<ApprovalProblem, string>> = {
  'other-action': 'signed another action',
  'other-set': 'signed another set',
  'other-change': 'signed another change',
  'other-start': 'signed another start',
  'other-previous': 'signed for what was on record before, which has changed',
  'unknown-approver': 'is not registered as an approver',
  'revoked-key': 'signed with a key that was revoked',
  'same-person': 'approved twice; two different people are needed',
  'same-key': 'signed with a key that another approval was signed with',
  'too-few': 'two approvals are needed',
  malformed: 'the signature is not a detached JWS in its one spelling',
  'wrong-algorithm': 'the signature uses another algorithm than the registered key',
  'does-not-match': 'the signature is not by the registered key over exactly this',
};
