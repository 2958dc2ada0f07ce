import type { CorrectionId, FieldId, RequestId, RightsRequestId, TraceId } from '../../core/brand.ts';
import type { CorrectionKind, CorrectionWay } from '../../core/correction/correction.ts';
import type { KeyProblem } from '../../core/disclosure/operations.ts';
import type { DestructionWay } from '../../core/duty/destruction-ways.ts';
import type { CorrectionDuty, DestructionDuty, RightsDuty } from '../../core/duty/read-duties.ts';
import type { RightsRequest } from '../../core/rights/rights-request.ts';
import type { CorrectionLine } from '../officer/corrections.ts';
import type { DutyLine, PageKey, Staff } from '../ports.ts';

/** What somebody of a unit does about what it must do, apart from the requests that wait for it. */
export type DutyAct =
  | {
      readonly kind: 'decision';
      readonly id: RightsRequestId;
      readonly decision: 'upheld' | 'dismissed';
      readonly ground: string;
    }
  | {
      readonly kind: 'correction';
      /** The unit's own pseudonym of whom they read about. */
      readonly subject: string;
      readonly what: CorrectionKind;
      readonly fields: readonly FieldId[];
      readonly ground: string;
      /** What a person asked and the unit upheld, or a correction that it was told of and passes on. */
      readonly because: { readonly rightsRequest: RightsRequestId } | { readonly corrects: CorrectionId };
    }
  | {
      readonly kind: 'confirmation';
      readonly id: CorrectionId;
      readonly how: CorrectionWay;
      /** The requests that their page showed. */
      readonly seen: readonly RequestId[];
    }
  | { readonly kind: 'destruction'; readonly id: RequestId; readonly how: DestructionWay };

export type DutyOutcome =
  /** `isAsSaid`: false where something else was on record before, which stays. */
  | { readonly kind: 'on-record'; readonly isAsSaid: boolean }
  | { readonly kind: 'not-found' }
  /** What is on record does not allow it any more, or never did. */
  | { readonly kind: 'changed' }
  | KeyProblem;

/** `dated`: what has a date by which it must be destroyed; the rest is kept without one. */
export type HeldKind = 'dated' | 'undated';

/**
 * What a unit must still do, what comes first on top, and doing it. INVARIANT: to nobody but people of an active unit of which
 * two people agreed that its people may, at that moment; and nothing that the unit's own system could not read.
 */
export interface UnlimitedDuties {
  /** What persons asked of it and it did not decide on. */
  rights(staff: Staff, after: PageKey | null, limit: number): Promise<readonly RightsRequest[]>;
  /** What it was told is corrected and did not confirm. */
  corrections(staff: Staff, after: PageKey | null, limit: number): Promise<readonly CorrectionLine[]>;
  /** What it got and did not destroy. */
  held(staff: Staff, kind: HeldKind, after: PageKey | null, limit: number): Promise<readonly DutyLine[]>;
  /** These also of what is done; null: there is none, or it is not this unit's. */
  readRights(staff: Staff, id: RightsRequestId): Promise<RightsDuty | null>;
  readCorrection(staff: Staff, id: CorrectionId): Promise<CorrectionDuty | null>;
  readDestruction(staff: Staff, id: RequestId): Promise<DestructionDuty | null>;
  /** `page`: of which page it was sent, so that sent again from there it is the same act. */
  act(staff: Staff, trace: TraceId, act: DutyAct, page: string): Promise<DutyOutcome>;
}
