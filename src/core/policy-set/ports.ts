import type { Digest, Instant, UnitId } from '../brand.ts';
import type { Clock, Entropy, Journal } from '../disclosure/ports.ts';
import type { PlannedChange, PolicySetsOnRecord } from './activation.ts';
import type { Approver } from './approval.ts';

export type Recorded =
  | 'recorded'
  /** Another change of this kind waits for its start: two must not race. */
  | 'another-is-planned'
  /** One of the approvals was used before. */
  | 'approval-used'
  /** What is in force is not what the approvers saw. */
  | 'previous-moved';

export interface PolicySetRecords {
  /** One statement, one point in time. */
  read(): Promise<PolicySetsOnRecord>;
  approvers(): Promise<readonly Approver[]>;
  /** Keeps the change and its approvals, or nothing. */
  record(change: PlannedChange, at: Instant): Promise<Recorded>;
  /** Changes whose start has come, by the database's clock, the first recorded first. */
  due(): Promise<readonly PlannedChange[]>;
  /** A change that can no longer be carried out is not tried again. False: somebody else was first. */
  lapse(id: string, why: string, at: Instant): Promise<boolean>;
  /** Whether the files of a set are on record. */
  holds(set: Digest): Promise<boolean>;
  /** The sets that a unit accepted, the latest first. */
  acceptedBy(unit: UnitId): Promise<readonly Acceptance[]>;
}

export interface Acceptance {
  readonly set: Digest;
  readonly acceptedAt: Instant;
}

export interface ChangePorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly journal: Journal;
  readonly records: PolicySetRecords;
}
