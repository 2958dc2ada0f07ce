import type { ClaimId, Instant, SubjectId, UnitId } from '../brand.ts';

/**
 * A unit says that it is involved with somebody, for the unit that attests it to confirm.
 * `subject: null` is a claim about a person whom the gateway does not know: it is kept so that
 * claiming tells nothing, and can never be confirmed.
 */
export interface InvolvementClaim {
  readonly id: ClaimId;
  readonly claimant: UnitId;
  readonly attester: UnitId;
  /** A claimable word of the fact type `involvement`. */
  readonly role: string;
  readonly subject: SubjectId | null;
  readonly justification: string;
  /** Role of the person for whom the claimant's system said it; null: for nobody. */
  readonly userRole: string | null;
  readonly state: 'received' | 'confirmed' | 'rejected';
  readonly receivedAt: Instant;
  readonly movedAt: Instant;
}
