import type { CorrectionId, Instant, RequestId, SubjectId, UnitId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import type { KeyProblem } from '../disclosure/operations.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { Receipt } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import type { SubjectReference } from '../subject/reference.ts';
import type { CorrectionKind, CorrectionNotice, CorrectionWay, PassedOn, RecordedCorrection } from './correction.ts';

/** A look that is due; `seen` is the moment that it was due at, by which one looker of many goes on. */
export interface DueCorrection {
  readonly correction: RecordedCorrection;
  readonly notice: CorrectionNotice;
  readonly seen: Instant;
}

/** A request by which one of the fields was being given when it was corrected, and is not any more. */
export interface WayEnded {
  readonly correction: RecordedCorrection;
  readonly request: RequestId;
}

export interface Corrections {
  find(id: CorrectionId): Promise<RecordedCorrection | null>;
  /** Corrections that were made because of this one, and because of those, and so on. */
  passedOn(id: CorrectionId): Promise<readonly PassedOn[]>;
  /** One statement: what was given about a person, also what was destroyed since, or is on its way now. */
  given(subject: SubjectId): Promise<readonly RequestRecord[]>;
  /** What this source offers about a person and too few of its people agreed to: its recipient knows nothing of it. */
  unheard(subject: SubjectId, source: UnitId): Promise<readonly RequestRecord[]>;
  /** Which of these fields this source gave to anybody at all, as far as that is on record. */
  everGave(source: UnitId, fields: readonly string[]): Promise<ReadonlySet<string>>;
  /** What must be looked at by now, the oldest first, at most `dueAtOnce`, leaving out the first `passed`. */
  due(now: Instant, passed: number): Promise<readonly DueCorrection[]>;
  /** What was under way when it was corrected and came to its end, likewise. */
  waysEnded(passed: number): Promise<readonly WayEnded[]>;
  /** By this request nobody got any of it after all. */
  forgetWay(way: { readonly id: CorrectionId; readonly request: RequestId }): Promise<void>;
}

/** Body of `POST /v1/corrections`, once it is known who made it. */
export interface CorrectionBody {
  readonly subject: SubjectReference;
  readonly kind: CorrectionKind;
  readonly fields: readonly string[];
  readonly ground: string;
  readonly corrects: string | null;
  /** What a person asked, and this unit upheld, that it carries out. */
  readonly rightsRequest: string | null;
  readonly by: User;
}

export type CorrectionOutcome =
  /** The same for known and unknown persons. */
  | { readonly kind: 'made'; readonly id: CorrectionId; readonly receipt: Receipt }
  | { readonly kind: 'replayed'; readonly id: string }
  | { readonly kind: 'invalid'; readonly member: string; readonly problem: Label }
  | { readonly kind: 'number-not-allowed' }
  | KeyProblem;

export interface CorrectionReport {
  readonly how: CorrectionWay;
  /** Who saw to it. */
  readonly by: User;
  /** The requests of the notice that they read; left out: of the notice as it is. */
  readonly seen?: readonly RequestId[];
}

export type CorrectionConfirmation =
  | { readonly kind: 'confirmed'; readonly view: CorrectionView; readonly receipt: Receipt }
  /** Also where it was confirmed before, with whatever key. */
  | { readonly kind: 'replayed'; readonly view: CorrectionView }
  | { readonly kind: 'not-found' }
  /** That does nothing about a correction of this kind; `ways`: what does. */
  | { readonly kind: 'other-way'; readonly ways: readonly CorrectionWay[] }
  /** They got a field by another request than those that were read. */
  | { readonly kind: 'unseen' }
  | KeyProblem;

/** A correction that was passed on, and by those who got it from there again. Names nobody. */
export interface OnwardView {
  readonly kind: CorrectionKind;
  readonly madeAt: Instant;
  readonly isConfirmed: boolean;
  readonly onward: readonly OnwardView[];
}

export type CorrectionView =
  /** With what each recipient did, and whether it reached those who got it from there. */
  | {
      readonly for: 'source';
      readonly correction: RecordedCorrection;
      readonly onward: ReadonlyMap<string, readonly OnwardView[]>;
    }
  /** What it must do itself; of the other recipients nothing. */
  | { readonly for: 'recipient'; readonly correction: RecordedCorrection; readonly notice: CorrectionNotice };
