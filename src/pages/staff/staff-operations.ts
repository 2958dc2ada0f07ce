import type { Digest, FieldId, RequestId, TraceId } from '../../core/brand.ts';
import type { FieldValue } from '../../core/category/catalogue.ts';
import type { InboxQuery, InboxView } from '../../core/disclosure/inbox.ts';
import type { AnswerOutcome } from '../../core/disclosure/inbox-operations.ts';
import type { ApprovalOutcome } from '../../core/disclosure/operations.ts';
import type { RequestRecord } from '../../core/disclosure/request.ts';
import type { Delegate, RequestMessage } from '../../core/disclosure/said-on-request.ts';
import type { OverLimit } from '../../core/limit/limiter.ts';
import type { Staff } from '../ports.ts';
import type { DutyOutcome, UnlimitedDuties } from './staff-duties.ts';

/** What somebody of a unit decides at the pages. */
export interface StaffDecision {
  readonly decision: 'approved' | 'declined';
  /** Required when declined. */
  readonly ground: string | null;
  readonly strike: readonly FieldId[];
  /** `InboxView.step` as it was read. */
  readonly seen: Digest;
}

/** What somebody of a unit does with a request that waits for an answer of it. */
export type StaffAct =
  | {
      readonly kind: 'answer';
      /** The unit's own pseudonym of whom they read about. */
      readonly subject: string;
      readonly data: Readonly<Record<FieldId, FieldValue>>;
      readonly complete: boolean;
    }
  | { readonly kind: 'refusal'; readonly ground: string }
  | { readonly kind: 'question'; readonly text: string }
  | { readonly kind: 'delegation'; readonly to: Delegate; readonly note: string | null };

/**
 * What people of a unit do with what waits for it. INVARIANT: each works for nobody but an active unit of which two people
 * agreed that its people may, at that moment: to all others there is nothing.
 */
export interface UnlimitedStaff {
  list(staff: Staff, query: InboxQuery): Promise<readonly RequestRecord[]>;
  read(staff: Staff, id: RequestId): Promise<InboxView | null>;
  /** Sent again from the same page it is the same decision. */
  decide(staff: Staff, trace: TraceId, id: RequestId, decision: StaffDecision): Promise<ApprovalOutcome>;
  /** `page`: of which page it was sent, so that sent again from there it is the same act. Throws `Fault('seal-impossible')`. */
  act(staff: Staff, trace: TraceId, id: RequestId, act: StaffAct, page: string): Promise<AnswerOutcome>;
  /** What was said while it waits for an answer. */
  messages(staff: Staff, id: RequestId): Promise<readonly RequestMessage[]>;
  /** Roles that the unit was told to turn to. */
  escalatedTo(staff: Staff, request: RequestRecord): readonly string[];
  readonly duties: UnlimitedDuties;
}

/** Nothing was done: too much was, for a while. */
type TooMuch = { readonly kind: 'over-limit' } & OverLimit;

/** The same within the limits of the unit and of whoever acts. */
export interface StaffOperations extends Omit<UnlimitedStaff, 'decide' | 'act' | 'duties'> {
  /** Counts that a page is read; null: within the limit. */
  count(staff: Staff): Promise<OverLimit | null>;
  decide(...given: Parameters<UnlimitedStaff['decide']>): Promise<ApprovalOutcome | TooMuch>;
  act(...given: Parameters<UnlimitedStaff['act']>): Promise<AnswerOutcome | TooMuch>;
  readonly duties: StaffDuties;
}

export interface StaffDuties extends Omit<UnlimitedDuties, 'act'> {
  act(...given: Parameters<UnlimitedDuties['act']>): Promise<DutyOutcome | TooMuch>;
}
