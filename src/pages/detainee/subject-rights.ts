import type { RequestId, SubjectId } from '../../core/brand.ts';
import type { GivenOf } from '../../core/rights/make-rights-request.ts';
import type { OwnRights } from '../../core/rights/own-rights.ts';

export interface SubjectRights {
  /** What this person asked, newest first. */
  of(subject: SubjectId): Promise<readonly OwnRights[]>;
  /** What a request gave of this person; null: nothing, or it is about somebody else. */
  given(subject: SubjectId, id: RequestId): Promise<GivenOf | null>;
}
