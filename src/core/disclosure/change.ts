import type {
  ClaimId,
  ConsentId,
  EntryId,
  FactId,
  Instant,
  PurposeId,
  RequestId,
  SubjectId,
  TimerId,
  UnitId,
} from '../brand.ts';
import type { Consent, ConsentState } from '../consent/consent.ts';
import type { CorrectionChange } from '../correction/correction.ts';
import type { DestructionWay } from '../duty/destruction-ways.ts';
import type { Held } from '../duty/held.ts';
import type { EmergencyChange } from '../emergency/emergency-change.ts';
import type { ErasureChange } from '../erasure/erasure-change.ts';
import type { Fact } from '../fact/fact.ts';
import type { InformingDelayChange } from '../informing/informing-delay.ts';
import type { InvolvementClaim } from '../involvement/involvement-claim.ts';
import type { KeyChange } from '../key/key-change.ts';
import type { PartnerChangeCancelled, PartnersChanged } from '../partner-change/partners-changed.ts';
import type { PolicySetChange } from '../policy-set/policy-set-change.ts';
import type { RightsChange } from '../rights/rights-request.ts';
import type { SubjectChange } from '../subject/subject-change.ts';
import type { SubscriptionChange } from '../subscription/subscription.ts';
import type { TimerMark } from '../timer/timer.ts';
import type { Approval } from './approvals-needed.ts';
import type { KeptAnswer } from './kept-answer.ts';
import type { DecisionSummary, RequestRecord } from './request.ts';
import type { RequestMessage } from './said-on-request.ts';
import type { Move, OpeningState, StopCause } from './state.ts';

/** What an `Idempotency-Key` may have been used for. */
export const claimedResources = [
  'request',
  'break-glass',
  'second-person',
  'collection',
  'offer',
  'offer-refusal',
  'collection-confirmation',
  'excess-report',
  'approval',
  'answer',
  'refusal',
  'delegation',
  'question',
  'reply',
  'destruction-confirmation',
  'destruction',
  'fact',
  'fact-end',
  'fact-correction',
  'fact-dispute',
  'fact-confirmation',
  'involvement-claim',
  'involvement-confirmation',
  'involvement-rejection',
  'consent',
  'consent-withdrawal',
  'policy-acceptance',
  'informing-delay',
  'rights-decision',
  'correction',
  'correction-confirmation',
  'subscription',
  'redelivery',
] as const;

export type ClaimedResource = (typeof claimedResources)[number];

/** What an `Idempotency-Key` stands for: replays answer with the resource's present state, never with data. */
export interface IdempotencyClaim {
  readonly unit: UnitId;
  readonly key: string;
  /** SHA-256 over method, path and body, so that a key reused for another question is an error. */
  readonly digest: string;
  readonly resource: {
    readonly type: ClaimedResource;
    readonly id: string;
  };
  readonly claimedAt: Instant;
}

/** Something a unit should know, as it is told. It carries a link and no personal data. */
export interface ToldEvent {
  readonly id: string;
  readonly unit: UnitId;
  /** Reverse-DNS event type. */
  readonly type: string;
  readonly time: Instant;
  /** Path under the partner API, for example `/v1/notices/…`. */
  readonly dataref: string;
}

export interface DomainEvent extends ToldEvent {
  /**
   * Whose events a subscriber gets in order: the store keeps a keyed hash of it. null: it waits for no other, which is so
   * too where the unit may not learn about whom it is.
   */
  readonly about: SubjectId | null;
}

/** A push in its informative half: the recipient learns that it may ask, under which purpose, for which fields. */
export interface Notice {
  readonly id: string;
  readonly recipient: UnitId;
  readonly source: UnitId;
  readonly purpose: PurposeId;
  readonly subject: SubjectId;
  readonly fields: readonly string[];
  readonly at: Instant;
  readonly entry: EntryId;
}

/** A request as it comes on record. */
export type OpenedRequest = RequestRecord & { readonly state: OpeningState };

/**
 * A change to what is on record, as a value. The core says what changes; the store turns each into
 * one statement and writes it in the transaction that makes its ledger entries durable.
 */
export type Change =
  | { readonly type: 'idempotency-claimed'; readonly claim: IdempotencyClaim }
  | { readonly type: 'request-opened'; readonly request: OpenedRequest }
  | (Move & {
      readonly type: 'request-moved';
      readonly id: RequestId;
      readonly at: Instant;
      readonly entry: EntryId;
      readonly decision: DecisionSummary | null;
      /** Who has agreed by now; left out: no change. */
      readonly approvals?: readonly Approval[];
      /** What its recipient holds from now on; left out where something was given: somebody looks at once. */
      readonly held?: Held;
      /** Entry of its latest step when it was read, where no other may have come between; left out: never mind. */
      readonly seen?: EntryId;
      /** Until when it waits from now on, with reminders counted anew; left out: no change. */
      readonly dueAt?: Instant;
      /** Left out: it was not stopped. */
      readonly stoppedFor?: StopCause;
    })
  /** What its source answered, for a request that is moved by the same work. */
  | { readonly type: 'answer-kept'; readonly answer: KeptAnswer }
  /** Somebody got the answer, who is not known to have it yet. `taker`: their `personMark`. */
  | { readonly type: 'answer-taken'; readonly request: RequestId; readonly taker: string }
  /**
   * For as long as the request waits for its source. `after`: ids of all that was said before it, where nothing else may have come
   * between; left out: never mind.
   */
  | { readonly type: 'message-kept'; readonly message: RequestMessage; readonly after?: readonly string[] }
  /** `how`: null where the recipient did not say. */
  | {
      readonly type: 'destruction-confirmed';
      readonly id: RequestId;
      readonly at: Instant;
      readonly how: DestructionWay | null;
    }
  /** What these people's recipients hold until one of these starts (null: any) is looked at again. */
  | {
      readonly type: 'duties-woken';
      readonly subjects: readonly SubjectId[];
      readonly until: readonly string[] | null;
      readonly at: Instant;
    }
  /** `seen`: when the look was due, where it still is. */
  | { readonly type: 'duty-followed'; readonly id: RequestId; readonly seen: Instant; readonly held: Held }
  /**
   * Somebody was reminded of a request that waits: how many of its reminders were told, and had been before. `seen`: the
   * entry of the step that it waits in.
   */
  | {
      readonly type: 'request-reminded';
      readonly id: RequestId;
      readonly seen: EntryId;
      readonly told: number;
      readonly before: number;
    }
  /** It was stopped with others, in one commit; this is the entry of its own. */
  | { readonly type: 'request-stop-told'; readonly id: RequestId; readonly entry: EntryId }
  /** Something about this person changed: whatever waits is decided again at once. */
  | { readonly type: 'requests-woken'; readonly subject: SubjectId; readonly at: Instant }
  /** `corrects`: the fact in whose place this one stands. */
  | { readonly type: 'fact-attested'; readonly fact: Fact; readonly corrects?: FactId }
  | { readonly type: 'fact-ended'; readonly id: FactId; readonly until: Instant }
  | { readonly type: 'fact-corrected'; readonly id: FactId }
  | {
      readonly type: 'fact-disputed';
      readonly id: FactId;
      readonly by: UnitId;
      readonly at: Instant;
      readonly ground: string;
    }
  | { readonly type: 'fact-confirmed'; readonly id: FactId; readonly to: 'attested' | 'ended' }
  | { readonly type: 'involvement-claimed'; readonly claim: InvolvementClaim }
  | {
      readonly type: 'involvement-claim-moved';
      readonly id: ClaimId;
      readonly to: 'confirmed' | 'rejected';
      readonly at: Instant;
    }
  /** Of this person's moments these wait from now on, and no others; one that has fired does not come back. */
  | {
      readonly type: 'timers-reckoned';
      readonly subject: SubjectId;
      /** `isLate`: it stays where it waits, and does not come new. */
      readonly marks: readonly (TimerMark & { readonly id: TimerId; readonly isLate: boolean })[];
      readonly now: Instant;
    }
  | { readonly type: 'timer-fired'; readonly id: TimerId; readonly now: Instant }
  /** The reference by which a unit without a right to the BSN will ask about the subject. */
  | {
      readonly type: 'case-reference-given';
      readonly unit: UnitId;
      readonly reference: string;
      readonly subject: SubjectId;
    }
  | { readonly type: 'consent-requested'; readonly consent: Consent }
  | {
      readonly type: 'consent-moved';
      readonly id: ConsentId;
      readonly from: ConsentState;
      readonly to: ConsentState;
      readonly at: Instant;
      /** Who decided, where this move is a decision. */
      readonly by?: 'subject' | 'representative';
    }
  | PolicySetChange
  | KeyChange
  | SubjectChange
  | PartnersChanged
  | PartnerChangeCancelled
  | ErasureChange
  | EmergencyChange
  | SubscriptionChange
  | CorrectionChange
  | RightsChange
  | InformingDelayChange
  /** `informAfter`: ISO 8601 duration for which the subject is not shown it. */
  | { readonly type: 'notice-given'; readonly notice: Notice; readonly informAfter: string | null }
  | { readonly type: 'event-emitted'; readonly event: DomainEvent };
