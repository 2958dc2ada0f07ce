import type { RequestId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import type { Receipt } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import type { SubjectReference } from '../subject/reference.ts';
import type { Call, KeyProblem } from './operations.ts';
import type { RequestRecord } from './request.ts';
import type { Delegate, RequestMessage } from './said-on-request.ts';

/** What a source sealed itself, as it came. */
export interface SealedContent {
  /** The permit by which it did, as the inbox gave it: compact JWS. */
  readonly permit: string;
  /** Category → compact JWE. */
  readonly sealed: Readonly<Record<string, unknown>>;
}

/** What a source gives of what it was asked, by one of its people. */
export interface SourceAnswer {
  /** As the source knows the person: the answer must be about whom was asked. */
  readonly subject: SubjectReference;
  readonly data: Readonly<Record<string, unknown>>;
  /** In place of `data`, which is then empty; left out: in clear, for the gateway to seal. */
  readonly sealed?: SealedContent;
  /** Whether this is all that there is. */
  readonly complete: boolean;
  readonly by: User;
}

export interface SourceRefusal {
  readonly by: User;
  /** For the source's own record. */
  readonly ground: string;
}

/** What its recipient found beside what was permitted. */
export interface ExcessReport {
  /** By name; never a value. */
  readonly fields: readonly string[];
  readonly by: User;
}

export interface Delegation {
  readonly by: User;
  readonly to: Delegate;
  readonly note: string | null;
}

export interface RequestWords {
  readonly by: User;
  readonly text: string;
}

/** A member of the body that cannot be; `problem` never holds a value. */
export interface InvalidAnswer {
  readonly kind: 'invalid';
  /** JSON pointer without its slash at the beginning. */
  readonly member: string;
  readonly code: string;
  readonly problem: Label;
}

export type InboxEnd =
  | { readonly kind: 'replayed'; readonly request: RequestRecord }
  /** Also to anybody but the party that may do this. */
  | { readonly kind: 'not-found' }
  | { readonly kind: 'wrong-state'; readonly request: RequestRecord }
  | KeyProblem;

export type InboxOutcome =
  | { readonly kind: 'recorded'; readonly request: RequestRecord; readonly receipt: Receipt }
  | InboxEnd;

export type AnswerOutcome =
  | InboxOutcome
  | InvalidAnswer
  | { readonly kind: 'number-not-allowed' }
  /** It is about another person than was asked about, or about nobody whom the gateway knows. */
  | { readonly kind: 'other-person' };

export type DelegationOutcome = InboxOutcome | InvalidAnswer;

export type ExcessOutcome = InboxOutcome | InvalidAnswer;

/** What parties do with a request that waits for the people of its source, or for its recipient. */
export interface InboxOperations {
  /** By the source: kept sealed until the recipient collects it. Throws `Fault('seal-impossible')`. */
  answerRequest(call: Call, id: RequestId, answer: SourceAnswer): Promise<AnswerOutcome>;
  declineRequest(call: Call, id: RequestId, refusal: SourceRefusal): Promise<InboxOutcome>;
  delegateRequest(call: Call, id: RequestId, delegation: Delegation): Promise<DelegationOutcome>;
  questionRequest(call: Call, id: RequestId, question: RequestWords): Promise<InboxOutcome>;
  /** By the recipient, to a question of the source. */
  replyToQuestion(call: Call, id: RequestId, reply: RequestWords): Promise<InboxOutcome>;
  /** By the recipient: it has what it collected, and nothing need wait any longer. */
  confirmCollection(call: Call, id: RequestId, by: User): Promise<InboxOutcome>;
  /** By the recipient: there was more in what it got than was permitted. */
  reportExcess(call: Call, id: RequestId, report: ExcessReport): Promise<ExcessOutcome>;
  /** What was said while it waits, for its two parties; null to anybody else. */
  readMessages(call: Pick<Call, 'partner'>, id: RequestId): Promise<readonly RequestMessage[] | null>;
}
