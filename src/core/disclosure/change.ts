import type { ConsentId, EntryId, FactId, Instant, PurposeId, RequestId, SubjectId, UnitId } from '../brand.ts';
import type { Consent, ConsentState } from '../consent/consent.ts';
import type { Fact } from '../fact/fact.ts';
import type { DecisionSummary, RequestRecord } from './request.ts';
import type { RequestState } from './state.ts';

/** What an `Idempotency-Key` stands for: replays answer with the resource's present state, never with data. */
export interface IdempotencyClaim {
  readonly unit: UnitId;
  readonly key: string;
  /** SHA-256 over method, path and body, so that a key reused for another question is an error. */
  readonly digest: string;
  readonly resource: {
    readonly type: 'request' | 'collection' | 'fact' | 'fact-end' | 'approval' | 'consent' | 'consent-withdrawal';
    readonly id: string;
  };
  readonly claimedAt: Instant;
}

/** Something a unit should know. It carries a link and no personal data. */
export interface DomainEvent {
  readonly id: string;
  readonly unit: UnitId;
  /** Reverse-DNS event type. */
  readonly type: string;
  readonly time: Instant;
  /** Path under the partner API, for example `/v1/notices/…`. */
  readonly dataref: string;
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

/**
 * A change to what is on record, as a value. The core says what changes; the store turns each into
 * one statement and writes it in the transaction that makes its ledger entries durable.
 */
export type Change =
  | { readonly type: 'idempotency-claimed'; readonly claim: IdempotencyClaim }
  | { readonly type: 'request-opened'; readonly request: RequestRecord }
  | {
      readonly type: 'request-moved';
      readonly id: RequestId;
      readonly from: RequestState;
      readonly to: RequestState;
      readonly at: Instant;
      readonly entry: EntryId;
      readonly decision: DecisionSummary | null;
    }
  /** Stops everything undelivered that rests on this consent. */
  | {
      readonly type: 'requests-stopped';
      readonly subject: SubjectId;
      readonly source: UnitId;
      readonly recipient: UnitId;
      readonly purpose: PurposeId;
      readonly at: Instant;
      readonly entry: EntryId;
    }
  | { readonly type: 'fact-attested'; readonly fact: Fact }
  | { readonly type: 'fact-ended'; readonly id: FactId; readonly until: Instant }
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
    }
  | { readonly type: 'notice-given'; readonly notice: Notice }
  | { readonly type: 'event-emitted'; readonly event: DomainEvent };
