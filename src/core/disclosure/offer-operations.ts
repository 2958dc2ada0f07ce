import type { PurposeId, RequestId, UnitId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import type { Receipt } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import type { SubjectReference } from '../subject/reference.ts';
import type { InboxOutcome, SourceRefusal } from './inbox-operations.ts';
import type { Call, KeyProblem } from './operations.ts';
import type { RequestRecord } from './request.ts';

/** What a source offers of its own accord: field → value, about one person, for one purpose, to one unit. */
export interface Offer {
  readonly purpose: PurposeId;
  readonly recipient: UnitId;
  /** As the source knows the person. */
  readonly subject: SubjectReference;
  readonly data: Readonly<Record<string, unknown>>;
  /** The role at the recipient for which it is meant; null: for anybody there. */
  readonly addressee: string | null;
  readonly justification: string;
  readonly caseReference: string;
  readonly by: User;
}

/** A member of the body that cannot be; `problem` never holds a value. */
export interface InvalidOffer {
  readonly kind: 'invalid';
  /** JSON pointer without its slash at the beginning. */
  readonly member: string;
  readonly code: string;
  readonly problem: Label;
}

export type OfferOutcome =
  /** It waits for its recipient. */
  | { readonly kind: 'offered'; readonly request: RequestRecord; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly request: RequestRecord; readonly receipt: Receipt }
  | { readonly kind: 'replayed'; readonly request: RequestRecord }
  | InvalidOffer
  | { readonly kind: 'number-not-allowed' }
  /** Every rule asks for people of the source that whoever offers is not, or for two of them; said of nobody in particular. */
  | { readonly kind: 'may-not-approve' }
  | KeyProblem;

export interface OfferOperations {
  /** Throws `Fault('seal-impossible')`. */
  offer(call: Call, offer: Offer): Promise<OfferOutcome>;
  /** By the recipient: it does not want what was offered, and nothing of it is kept. */
  declineOffer(call: Call, id: RequestId, refusal: SourceRefusal): Promise<InboxOutcome>;
}
