import type { Digest, Instant, UnitId } from '../brand.ts';
import type { Clock, Entropy, Journal } from '../disclosure/ports.ts';
import type { KeyChecks } from '../partner/key-check.ts';
import type { Unit } from '../partner/partner.ts';
import type { ApprovedChange } from '../policy-set/activation.ts';
import type { Approver } from '../policy-set/approval.ts';
import type { PartnerStatement } from '../policy-set/statement.ts';
import type { PartnerChange } from './partner-change.ts';

/** Recorded with its approvals, and carried out once, by one instance. */
export interface PlannedPartnerChange extends ApprovedChange<PartnerStatement> {
  readonly change: PartnerChange;
}

/** The partners in one reading, with the versions that a commit checks again. */
export interface PartnersOnRecord {
  readonly registryVersion: number;
  readonly activePolicySet: Digest | null;
  readonly units: ReadonlyMap<UnitId, Unit>;
}

export interface PartnerChangeRecords {
  /** One statement, one point in time. */
  read(): Promise<PartnersOnRecord>;
  approvers(): Promise<readonly Approver[]>;
  /** Keeps the change and its approvals, or nothing. `approval-used`: one of them was used before. */
  record(change: PlannedPartnerChange, at: Instant): Promise<'recorded' | 'approval-used'>;
  /** Changes that have not been carried out, lapsed or been cancelled, by their start. */
  planned(): Promise<readonly PlannedPartnerChange[]>;
  /** Changes whose start has come, by the database's clock, the first recorded first. */
  due(): Promise<readonly PlannedPartnerChange[]>;
  /** A change that can no longer be carried out is not tried again. False: somebody else was first. */
  lapse(id: string, why: string, at: Instant): Promise<boolean>;
  /** What became of a recorded change. */
  fate(id: string): Promise<'planned' | 'done' | 'lapsed'>;
}

export interface PartnerChangePorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly journal: Journal;
  readonly records: PartnerChangeRecords;
  readonly keyChecks: KeyChecks;
}
