import type {
  ClaimId,
  ConsentId,
  Digest,
  EntryId,
  FactId,
  Instant,
  RequestId,
  SubjectId,
  TimerId,
  TraceId,
  UnitId,
} from '../brand.ts';
import type { Consent } from '../consent/consent.ts';
import type { Dispute, Fact } from '../fact/fact.ts';
import type { InvolvementClaim } from '../involvement/involvement-claim.ts';
import type { EntryDraft, JsonValue, Receipt } from '../ledger/entry.ts';
import type { EncryptionKey } from '../partner/encryption-key.ts';
import type { PartnerRegistry, Unit } from '../partner/partner.ts';
import type { ProvenKey } from '../partner/registered-key.ts';
import type { Snapshot } from '../policy/decision.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { SubjectIdentifiers, SubjectReference } from '../subject/reference.ts';
import type { Timer } from '../timer/timer.ts';
import type { Change, IdempotencyClaim } from './change.ts';
import type { PermitClaims, PermitToken } from './permit-token.ts';
import type { RequestRecord } from './request.ts';

/** What the core asks of the world around it. Each interface says what it promises about durability. */
export interface Clock {
  now(): Instant;
  /** The instant so many milliseconds before now. */
  ago(ms: number): Instant;
  /** Resolves after about so many milliseconds. */
  pause(ms: number): Promise<void>;
}

export interface Entropy {
  /** UUIDv7. */
  id(): string;
  /** 32 lower-case hexadecimal digits. */
  trace(): TraceId;
}

export type SubjectLocator =
  | { readonly by: 'reference'; readonly reference: SubjectReference; readonly unit: UnitId }
  | { readonly by: 'id'; readonly id: SubjectId };

export interface Reading {
  readonly snapshot: Snapshot;
  /** Decrypted only to ask a source; empty for an unknown person. */
  readonly identifiers: SubjectIdentifiers;
  /** An earlier claim on the caller's idempotency key. */
  readonly claim: IdempotencyClaim | null;
}

export interface Snapshots {
  /**
   * One statement, one point in time: the subject with its epoch, all its facts (of roles that exclude
   * each other another unit may hold one) and the consents between the two units.
   * Throws `Fault('database-unavailable')`.
   */
  read(query: {
    readonly subject: SubjectLocator;
    readonly source: UnitId;
    readonly recipient: UnitId;
    readonly idempotency: { readonly unit: UnitId; readonly key: string } | null;
  }): Promise<Reading>;
}

/** What a write rests on. Checked under lock in the transaction that writes. */
export interface Rests {
  /** null: the decision read no person. */
  readonly subject: { readonly id: SubjectId; readonly epoch: number } | null;
  /** More persons whom work that moves `subject` rests on and moves with it. Left out: nobody. */
  readonly others?: readonly { readonly id: SubjectId; readonly epoch: number }[];
  readonly registryVersion: number;
  /** The active set; null: none has ever been active. */
  readonly policySet: Digest | null;
}

export interface Work {
  readonly rests: Rests;
  /** Whether this work changes what decisions about the subject rest on: moves its epoch. */
  readonly moves: boolean;
  readonly entries: readonly EntryDraft[];
  readonly changes: readonly Change[];
}

export type Committed =
  /** Every entry and change is durable; one receipt per entry, in order. */
  | { readonly outcome: 'durable'; readonly receipts: readonly Receipt[] }
  /** What the work rests on has moved, or is being moved now: read and decide again. Nothing was written. */
  | { readonly outcome: 'stale' }
  /** Somebody else was first: the idempotency key is claimed, or the row is not in the state `from`. Nothing was written. */
  | { readonly outcome: 'conflict'; readonly what: 'idempotency-key' | 'state' | 'unique' };

export interface Journal {
  /**
   * INVARIANT: resolves `durable` only after COMMIT was acknowledged. Throws
   * `Fault('ledger-unavailable')` when nothing was written or it cannot be known.
   */
  commit(work: Work): Promise<Committed>;
  /** Receipt of an entry on record, with the openings that are stored. */
  receipt(entry: EntryId): Promise<Receipt | null>;
}

export interface SourceQuestion {
  readonly unit: Unit;
  readonly identifiers: SubjectIdentifiers;
  readonly fields: readonly string[];
  readonly purpose: string;
  /** Field → under which purposes the source may have got it; see `obtainedUnder`. */
  readonly obtained: Readonly<Record<string, readonly string[]>>;
  readonly request: RequestId;
  readonly trace: TraceId;
}

export interface Sources {
  /**
   * The source's answer, by catalogue field, unvalidated: `minimise` is the only way on. A field
   * that the source does not hold is absent. Throws a `source-*` Fault.
   */
  fetch(question: SourceQuestion): Promise<Readonly<Record<string, unknown>>>;
}

/** What a source is asked that seals its answer itself. */
export interface SealedQuestion extends SourceQuestion {
  readonly permit: PermitToken;
  readonly recipientKey: ProvenKey;
}

export interface SealingSources {
  /**
   * What the source sealed, by category, unread and unvalidated: `sealedBySource` is the only way on. Throws a
   * `source-*` Fault, also where the source answers in clear.
   */
  fetchSealed(question: SealedQuestion): Promise<unknown>;
}

/** Permits by which sources seal what the gateway may not see. */
export interface PermitTokens {
  /** Who signs, as `urn:nld:oin:` and the gateway's OIN. */
  readonly issuer: string;
  /** Compact JWS by the gateway's key for what it states outside the ledger. Throws `Fault('keys-unavailable')`. */
  sign(claims: PermitClaims): PermitToken;
  /** What this gateway, or another with the same keys, signed by one that is in use or in overlap; null for everything else. */
  read(jws: string): PermitToken | null;
}

export interface CaseReferences {
  /** By which this unit knows the subject, decrypted; as a rule one. */
  of(unit: UnitId, subject: SubjectId): Promise<readonly string[]>;
}

export interface Requests {
  find(id: RequestId): Promise<RequestRecord | null>;
  /** Requests that have been `fetching` since before this instant, the oldest first, at most `dueAtOnce`, without the first `passed`. */
  underWay(before: Instant, passed: number): Promise<readonly RequestRecord[]>;
  /**
   * The latest request that waits with the same parties, purpose and person as this one, was received before it and asks
   * for one of its fields; null: there is none.
   */
  twinOf(
    request: Pick<RequestRecord, 'id' | 'source' | 'recipient' | 'purpose' | 'fields' | 'receivedAt'> & {
      readonly subject: SubjectId;
    },
  ): Promise<RequestId | null>;
  /** Everything that was disclosed about a subject: what recipients hold. */
  disclosedAbout(subject: SubjectId): Promise<readonly RequestRecord[]>;
}

/** Current state that decisions are made under; each carries the version that a commit checks again. */
export interface Registry {
  current(): PartnerRegistry;
  /** Reads the database at once, after a commit said that the version moved. */
  refresh(): Promise<void>;
}

export interface PolicySets {
  /** The set in force, which every commit checks. */
  current(): PolicySet;
  /** The set that this source discloses under; null: it accepted none that is in force, and gives nothing. */
  boundTo(source: Unit): PolicySet | null;
}

export interface Facts {
  find(id: FactId): Promise<Fact | null>;
  /** Everything attested about a subject, for pushes: units that are involved whatever the question. */
  of(subject: SubjectId): Promise<readonly Fact[]>;
  /** Who disputes this fact now; null when nobody does. */
  dispute(id: FactId): Promise<Dispute | null>;
}

export interface InvolvementClaims {
  find(id: ClaimId): Promise<InvolvementClaim | null>;
}

export interface Timers {
  /** Waiting timers whose moment has come, the oldest first, at most `dueAtOnce`, without the first `passed`. */
  due(now: Instant, passed: number): Promise<readonly Timer[]>;
  find(id: TimerId): Promise<Timer | null>;
}

export interface Consents {
  find(id: ConsentId): Promise<Consent | null>;
  /** Asked for or given, with a validity that has ended: the oldest first, at most `dueAtOnce`, without the first `passed`. */
  ended(now: Instant, passed: number): Promise<readonly ConsentId[]>;
}

/** Keyed hashes, under a key that stands outside the database and stays the same. */
export interface Marks {
  /** Of somebody's id within one request. */
  person(text: string): string;
}

export interface Sealer {
  /** Compact JWE to this key. Throws `Fault('seal-impossible')`. */
  seal(payload: JsonValue, key: EncryptionKey): Promise<string>;
}

export interface Subjects {
  /** Finds or creates; only for units that have just been allowed to attest about a person. */
  ensure(reference: SubjectReference & { readonly type: 'bsn' | 'skn' }): Promise<SubjectId>;
  /** Stable random pairwise pseudonym (UUID) of the subject for this unit. */
  pseudonym(unit: UnitId, subject: SubjectId): Promise<string>;
}
