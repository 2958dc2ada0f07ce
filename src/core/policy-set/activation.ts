import type { Digest, Instant } from '../brand.ts';
import type { CheckedApproval } from './check-approvals.ts';
import type { ChangeStatement, PolicyStatement } from './statement.ts';

/** A change that two people approved: recorded with its approvals, and carried out once, by one instance. */
export interface ApprovedChange<Statement extends ChangeStatement> {
  /** UUIDv7. */
  readonly id: string;
  readonly statement: Statement;
  readonly startsAt: Instant;
  readonly approvals: readonly CheckedApproval[];
}

/** A change of which policies are in force. */
export type PlannedChange = ApprovedChange<PolicyStatement>;

/** What is in force and what is planned, in one reading, with the version that a commit checks again. */
export interface PolicySetsOnRecord {
  readonly registryVersion: number;
  /** null: none was ever in force. */
  readonly active: Digest | null;
  /** Sets of all activations that started and were not withdrawn, the latest first. */
  readonly standing: readonly Digest[];
  readonly planned: readonly PlannedChange[];
}

/** Where a rollback leads: the latest other set that stands. null: there is nothing before the active one. */
export function beforeActive({ active, standing }: PolicySetsOnRecord): Digest | null {
  return standing.find((set) => set !== active) ?? null;
}

/**
 * - `activates`: the set comes into force
 * - `withdraws`: the active set goes, the one before it is in force again
 * - `cancels`: a planned activation goes, what is in force stays
 * - null: the statement does not fit what is on record (any more)
 */
export function effectOf(
  { action, set, previous }: PolicyStatement,
  onRecord: PolicySetsOnRecord,
): 'activates' | 'withdraws' | 'cancels' | null {
  const { active, planned } = onRecord;
  if (action === 'activate') return previous === active && set !== active ? 'activates' : null;
  if (active === null || previous === null) return null;
  if (previous === active) return set === beforeActive(onRecord) ? 'withdraws' : null;
  const cancels = planned.some(({ statement }) => statement.action === 'activate' && statement.set === previous);
  return cancels && set === active ? 'cancels' : null;
}
