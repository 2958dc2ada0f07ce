import type { Obligations } from '../policy/decision.ts';

/** That somebody of the source agreed, as it is kept with the request. */
export interface Approval {
  /** `personMark` of whoever agreed. */
  readonly by: string;
  readonly role: string;
}

export interface ApprovalsNeeded {
  /** How many more people, none of whom agreed before. */
  readonly persons: number;
  /** Roles in which nobody agreed yet, sorted. */
  readonly roles: readonly string[];
}

type Asked = Pick<Obligations, 'approval' | 'approvers'>;

const personsOf: Readonly<Record<Obligations['approval'], number>> = { none: 0, 'source-human': 1, 'two-persons': 2 };

/** What a permit still asks of the people of its source; an approval in a role that it does not name is none. */
export function approvalsNeeded(asked: Asked, approvals: readonly Approval[]): ApprovalsNeeded {
  const valid = approvals.filter(({ role }) => mayApproveAs(asked, role));
  const people = new Set(valid.map(({ by }) => by));
  const roles = asked.approvers.filter((role) => !valid.some((approval) => approval.role === role));
  return { persons: Math.max(personsOf[asked.approval] - people.size, roles.length, 0), roles };
}

export function isApproved(asked: Asked, approvals: readonly Approval[]): boolean {
  return approvalsNeeded(asked, approvals).persons === 0;
}

export function mayApproveAs({ approvers }: Asked, role: string): boolean {
  return approvers.length === 0 || approvers.includes(role);
}
