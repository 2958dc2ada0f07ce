import type {
  ClaimId,
  ConsentId,
  Digest,
  FactId,
  FieldId,
  Instant,
  RequestId,
  SubjectId,
  TimerId,
  TraceId,
} from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import type { Consent, ConsentKind } from '../consent/consent.ts';
import type { DestructionWay } from '../duty/destruction-ways.ts';
import type { Dispute, Fact } from '../fact/fact.ts';
import type { InvolvementClaim } from '../involvement/involvement-claim.ts';
import type { Receipt } from '../ledger/entry.ts';
import type { Partner, User } from '../partner/partner.ts';
import type { RightsBody, RightsMade } from '../rights/make-rights-request.ts';
import type { RightsOperations } from '../rights/rights-operations.ts';
import type { SubjectReference } from '../subject/reference.ts';
import type { Timer } from '../timer/timer.ts';
import type { TimerRule } from '../timer/timer-rule.ts';
import type { InboxQuery, InboxView } from './inbox.ts';
import type { InboxOperations } from './inbox-operations.ts';
import type { HandedPart } from './kept-answer.ts';
import type { OfferOperations } from './offer-operations.ts';
import type { RequestBody, RequestRecord } from './request.ts';
import type { SealedBySource } from './sealed-by-source.ts';

/** Where a call comes from: the same three things for every operation of the partner API. */
export interface Call {
  readonly partner: Partner;
  readonly trace: TraceId;
  /** The transaction that it belongs to in a network of gateways (FSC), UUIDv7; null where it came directly. */
  readonly transaction: string | null;
  /** The `Idempotency-Key` and the digest of what it was first used for: as they came, and as marks of them from the operations on. */
  readonly idempotency: { readonly key: string; readonly digest: string };
}

/** What every POST may answer because of its `Idempotency-Key`. */
export type KeyProblem =
  | { readonly kind: 'key-reused' }
  /** The first call with this key has not ended yet. */
  | { readonly kind: 'in-progress' };

/**
 * Catalogue field → value, validated and no more than permitted; one compact JWE of the same object; or what its source
 * sealed itself, which the gateway cannot see.
 */
export type Answer =
  | { readonly form: 'clear'; readonly data: Readonly<Record<FieldId, unknown>> }
  | { readonly form: 'sealed'; readonly jwe: string }
  | { readonly form: 'sealed-by-source'; readonly sealed: SealedBySource };

export type AskOutcome =
  | { readonly kind: 'delivered'; readonly request: RequestRecord; readonly answer: Answer; readonly receipt: Receipt }
  | {
      readonly kind: 'waiting';
      readonly request: RequestRecord;
      readonly receipt: Receipt;
      /** An earlier question of the same recipient that waits for the same people; left out: there is none. */
      readonly likelyDuplicateOf?: RequestId;
    }
  | { readonly kind: 'refused'; readonly request: RequestRecord; readonly receipt: Receipt }
  /** State and receipt, never data. */
  | { readonly kind: 'replayed'; readonly request: RequestRecord; readonly receipt: Receipt | null }
  /** The body names a purpose, source or field that does not exist; `member` is its JSON path. */
  | { readonly kind: 'unknown-word'; readonly member: string }
  /** This partner kind may not process the number that it refers to the person by. @law UAVG 46 */
  | { readonly kind: 'number-not-allowed' }
  | KeyProblem;

export type CollectOutcome =
  | AskOutcome
  /** What its source answered, each part sealed to the recipient; `again`: it had them before. */
  | {
      readonly kind: 'handed-over';
      readonly request: RequestRecord;
      readonly parts: readonly HandedPart[];
      readonly receipt: Receipt | null;
      readonly again: boolean;
    }
  | { readonly kind: 'not-found' }
  /** The request is not in a state that can be collected. */
  | { readonly kind: 'wrong-state'; readonly request: RequestRecord }
  /** What a source offers is accepted by a person, and nobody was named. */
  | { readonly kind: 'user-needed' }
  /** It was offered to people in another role, or whoever collects it may not have it in theirs, though whoever asked may. */
  | { readonly kind: 'other-addressee' }
  | { readonly kind: 'other-role' };

/** What a fact says, whoever it is about. */
export interface FactStatement {
  readonly type: string;
  readonly from: Instant;
  readonly until: Instant | null;
  readonly unit: string | null;
  /** The case or conference that it belongs to, for types that name one. */
  readonly reference: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** The reference by which the unit that it is about will ask. */
  readonly caseReference: string | null;
}

export interface FactBody extends FactStatement {
  readonly subject: SubjectReference;
}

/** What the fact should have said; its type stays. */
export type FactCorrection = Omit<FactStatement, 'type'>;

export type FactOutcome =
  | { readonly kind: 'attested'; readonly fact: Fact; readonly receipt: Receipt }
  | { readonly kind: 'ended'; readonly id: FactId; readonly until: Instant; readonly receipt: Receipt }
  | { readonly kind: 'corrected'; readonly old: FactId; readonly fact: Fact; readonly receipt: Receipt }
  | { readonly kind: 'disputed'; readonly id: FactId; readonly receipt: Receipt }
  | {
      readonly kind: 'confirmed';
      readonly id: FactId;
      readonly state: 'attested' | 'ended';
      readonly receipt: Receipt;
    }
  | { readonly kind: 'replayed'; readonly id: string }
  | { readonly kind: 'invalid'; readonly member: string; readonly problem: Label }
  | { readonly kind: 'number-not-allowed' }
  /** This partner kind may not attest this type. */
  | { readonly kind: 'may-not-attest' }
  /** Also for facts of others: one answer for both. */
  | { readonly kind: 'not-found' }
  | { readonly kind: 'already-ended' }
  /** It was corrected, is disputed already, or is not disputed at all. */
  | { readonly kind: 'wrong-fact-state' }
  | KeyProblem;

/** A fact as the units see it that may read it; who disputes it and why, the attesting unit alone. */
export interface FactView {
  readonly fact: Fact;
  readonly dispute: Dispute | null;
}

export interface ClaimBody {
  readonly subject: SubjectReference;
  readonly role: string;
  /** The unit that may attest it. */
  readonly attester: string;
  readonly justification: string;
  readonly onBehalfOf: User | null;
}

export type ClaimOutcome =
  /** The same whoever the person is. */
  | { readonly kind: 'received'; readonly id: ClaimId }
  | { readonly kind: 'replayed'; readonly id: string }
  | { readonly kind: 'invalid'; readonly member: string; readonly problem: Label }
  | { readonly kind: 'number-not-allowed' }
  | KeyProblem;

/** From when the claimant is involved, and by what it will ask. */
export type ClaimConfirmation = Pick<FactStatement, 'from' | 'until' | 'reference' | 'caseReference'>;

export type ClaimDecision =
  | { readonly kind: 'confirmed'; readonly id: ClaimId; readonly fact: FactId; readonly receipt: Receipt }
  | { readonly kind: 'rejected'; readonly id: ClaimId; readonly receipt: Receipt }
  | { readonly kind: 'already-decided' }
  | FactOutcome;

export type ClaimView =
  | {
      readonly for: 'claimant';
      readonly claim: InvolvementClaim & { readonly state: 'received' | 'confirmed' };
    }
  /** With the attesting unit's own pseudonym for the person. */
  | { readonly for: 'attester'; readonly claim: InvolvementClaim; readonly pseudonym: string };

/** A moment that has come, with the reading unit's own pseudonym for the person. */
export interface TimerView {
  readonly timer: Timer;
  readonly rule: TimerRule;
  readonly pseudonym: string;
}

export interface ApprovalBody {
  readonly decision: 'approved' | 'declined';
  readonly approver: User;
  /** Required when declined. */
  readonly ground: string | null;
  /** Permitted fields that are not given, where it is approved; left out: none. */
  readonly strike?: readonly FieldId[];
  /** `InboxView.step` as the approver read it; left out: they do not say. */
  readonly seen?: Digest;
}

export type ApprovalOutcome =
  | { readonly kind: 'recorded'; readonly request: RequestRecord; readonly receipt: Receipt }
  | { readonly kind: 'replayed'; readonly request: RequestRecord }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'wrong-state'; readonly request: RequestRecord }
  /** Not in a role that was asked for, not a second person, or the one for whom was asked. */
  | { readonly kind: 'may-not-approve' }
  /** Why it was asked is erased: nobody can approve what they cannot see. */
  | { readonly kind: 'reason-gone' }
  | { readonly kind: 'invalid'; readonly member: string; readonly problem: Label }
  | KeyProblem;

export interface DestructionReport {
  readonly how: DestructionWay;
  /** Who destroyed it, or saw to that. */
  readonly by: User;
}

export type DestructionOutcome =
  | { readonly kind: 'confirmed'; readonly request: RequestRecord; readonly receipt: Receipt }
  /** Also where it was confirmed before, with whatever key. */
  | { readonly kind: 'replayed'; readonly request: RequestRecord }
  | { readonly kind: 'not-found' }
  /** Nothing was given by it. */
  | { readonly kind: 'wrong-state'; readonly request: RequestRecord }
  | KeyProblem;

export interface ConsentBody {
  readonly subject: SubjectReference;
  readonly kind: ConsentKind;
  readonly source: string;
  readonly recipient: string;
  readonly purpose: string;
  readonly categories: readonly string[];
  readonly validUntil: Instant;
  readonly language: string;
  /** The reference by which the recipient will ask, for recipients without a right to the BSN. Recorders only. */
  readonly caseReference: string | null;
}

export type ConsentOutcome =
  /** The same for known and unknown persons. */
  | { readonly kind: 'requested'; readonly consent: Consent }
  | { readonly kind: 'withdrawn'; readonly id: ConsentId }
  | { readonly kind: 'replayed'; readonly id: string }
  | { readonly kind: 'invalid'; readonly member: string; readonly problem: Label }
  | { readonly kind: 'number-not-allowed' }
  /** The caller is neither the recipient nor the source of this consent, or the purpose takes no consent. */
  | { readonly kind: 'may-not-request' }
  | { readonly kind: 'not-found' }
  | KeyProblem;

/** The partner API's verbs. Faults (database, source) are thrown, after a failed attempt was put on record. */
export interface PartnerOperations extends InboxOperations, OfferOperations, RightsOperations {
  ask(call: Call, body: RequestBody): Promise<AskOutcome>;
  /** `user`: who takes it, where somebody says so; what a source offered needs one. */
  collect(call: Call, id: RequestId, user?: User | null): Promise<CollectOutcome>;
  approve(call: Call, id: RequestId, body: ApprovalBody): Promise<ApprovalOutcome>;
  /** What waits for people of the unit that calls, the first to end first. */
  listInbox(call: Pick<Call, 'partner'>, query: InboxQuery): Promise<readonly RequestRecord[]>;
  /** null to everybody but its source, and where it waits for nobody. */
  readInbox(call: Pick<Call, 'partner'>, id: RequestId): Promise<InboxView | null>;
  /** By the recipient alone: what it got is no more. */
  confirmDestruction(call: Call, id: RequestId): Promise<DestructionOutcome>;
  /** The same, with how and by whom. */
  reportDestruction(call: Call, id: RequestId, report: DestructionReport): Promise<DestructionOutcome>;
  attestFact(call: Call, body: FactBody): Promise<FactOutcome>;
  endFact(call: Call, id: FactId, until: Instant): Promise<FactOutcome>;
  correctFact(call: Call, id: FactId, correction: FactCorrection): Promise<FactOutcome>;
  disputeFact(call: Call, id: FactId, ground: string): Promise<FactOutcome>;
  confirmFact(call: Call, id: FactId): Promise<FactOutcome>;
  /** For the unit that attested it and the unit that it is about; null to anybody else. */
  readFact(call: Pick<Call, 'partner'>, id: FactId): Promise<FactView | null>;
  claimInvolvement(call: Call, body: ClaimBody): Promise<ClaimOutcome>;
  confirmClaim(call: Call, id: ClaimId, confirmation: ClaimConfirmation): Promise<ClaimDecision>;
  rejectClaim(call: Call, id: ClaimId, ground: string): Promise<ClaimDecision>;
  /** null to everybody but its two units, and to the attesting one where it is not involved itself. */
  readClaim(call: Pick<Call, 'partner'>, id: ClaimId): Promise<ClaimView | null>;
  /** null to everybody but the units that were told of it. */
  readTimer(call: Pick<Call, 'partner'>, id: TimerId): Promise<TimerView | null>;
  requestConsent(call: Call, body: ConsentBody): Promise<ConsentOutcome>;
  withdrawConsent(call: Call, id: ConsentId): Promise<ConsentOutcome>;
}

/** Who is at the subject's own page: the subject, or who decides for it. */
export type Decider = 'subject' | 'representative';

/** The detainee's verbs, on their own page. `false`: there is no such consent of theirs in the state needed. */
export interface SubjectOperations {
  decideConsent(
    subject: SubjectId,
    id: ConsentId,
    decision: 'given' | 'refused',
    trace: TraceId,
    by: Decider,
  ): Promise<boolean>;
  withdrawConsent(subject: SubjectId, id: ConsentId, trace: TraceId, by: Decider): Promise<boolean>;
  makeRightsRequest(
    subject: SubjectId,
    request: RequestId,
    body: RightsBody,
    trace: TraceId,
    by: Decider,
  ): Promise<RightsMade>;
}
