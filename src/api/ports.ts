import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { EvaluatePorts } from '../core/authzen/evaluate.ts';
import type { Digest, EntryId, Instant, SubscriptionId, TraceId, UnitId } from '../core/brand.ts';
import type { Label } from '../core/category/catalogue.ts';
import type { Notice, ToldEvent } from '../core/disclosure/change.ts';
import type { Call, PartnerOperations } from '../core/disclosure/operations.ts';
import type { Entropy, PolicySets, Requests } from '../core/disclosure/ports.ts';
import type { DecisionSummary, RequestRecord } from '../core/disclosure/request.ts';
import type { EmergencyOperations } from '../core/emergency/operations.ts';
import type { ReceiptParts } from '../core/ledger/party-receipt.ts';
import type { TilePart } from '../core/ledger/tile.ts';
import type { TileName } from '../core/ledger/tile-path.ts';
import type { Limiter } from '../core/limit/limiter.ts';
import type { LimitRules } from '../core/limit/limits.ts';
import type { Oin, Partner, Unit } from '../core/partner/partner.ts';
import type { AcceptCallOutcome } from '../core/policy-set/accept.ts';
import type { Acceptance } from '../core/policy-set/ports.ts';
import type { Result } from '../core/result.ts';
import type { SubjectChangeView } from '../core/subject/read-subject-change.ts';
import type { EndOutcome } from '../core/subscription/end-subscription.ts';
import type { RedeliverOutcome } from '../core/subscription/redeliver.ts';
import type { SubscribeOutcome, SubscriptionBody } from '../core/subscription/subscribe.ts';
import type { Again, SubscriptionView } from '../core/subscription/subscription.ts';
import type { AccessLog } from './access-log.ts';
import type { Metrics } from './metrics.ts';
import type { ActingUsers } from './on-behalf-of.ts';
import type { ProblemName } from './problem-types.ts';
import type { SteadyAnswers } from './steady.ts';
import type { ExchangeMarks } from './trace-context.ts';

/** What one exchange carries from its first middleware on. */
export interface ApiEnv {
  Bindings: HttpBindings;
  Variables: {
    trace: TraceId;
    marks: ExchangeMarks;
    /** Name of the problem that it was answered with, to be counted. */
    problem?: ProblemName;
    /** Declared pattern of the route that was met, for the log. */
    route?: string;
    /** Set by the identifying middleware alone, on the partner listener alone. */
    partner?: Partner;
    /** Set beside it, also for a unit that is recognised and not let in. Grants nothing. */
    seen?: SeenCaller;
    /** FSC transaction (UUIDv7), once an Inway brought one in the right form. */
    transaction?: string;
  };
}

/** Why a caller was not recognised: the certificate's or the registry's stable reason code. */
export type Identification = Result<Partner, string>;

/** A caller as the gateway sees it: recognised as one unit, whether or not that unit is let in now. */
export interface SeenCaller {
  readonly unit: Unit;
  /** By which number it was found: the organisation's or the unit's own. */
  readonly oin: string;
  /** Whether it said itself, by a signature, for which of its units it acts. */
  readonly actedAs: boolean;
  /** The certificate that was judged: the partner's own, or of the Inway that speaks for it. */
  readonly certificate: {
    readonly thumbprint: string;
    /** RFC 7638 thumbprint of its public key. */
    readonly key: string;
    readonly notAfter: Instant;
    /** The authorities above it, the anchor last. */
    readonly chain: readonly { readonly thumbprint: string; readonly notAfter: Instant }[];
  };
  readonly front: 'direct' | 'proxy' | 'inway';
}

/** The same with what its connection says, for the one route that tells it. */
export interface Technician extends SeenCaller {
  /** null: TLS ends at a proxy before us. */
  readonly tls: { readonly version: string; readonly suite: string } | null;
  /** What the caller's own clock said (`Date`). */
  readonly date: string | undefined;
}

export interface NumberedEvent {
  readonly event: ToldEvent;
  /** Position in this unit's feed: from 1, in the order of the feed. */
  readonly sequence: number;
}

export interface EventFeed {
  /** Events of this unit after that position, in order, at most `limit`. */
  feed(unit: UnitId, after: number, limit: number): Promise<readonly NumberedEvent[]>;
}

export interface Notices {
  /** null where it does not exist or has another recipient. */
  find(unit: UnitId, id: string): Promise<Notice | null>;
  /** The recipient's own pseudonym for the subject, to ask with. */
  pseudonym(unit: UnitId, notice: Notice): Promise<string>;
}

export interface SubjectChanges {
  /** null where it does not exist or the unit was not told of it. */
  find(unit: UnitId, id: string): Promise<SubjectChangeView | null>;
}

/** Which policies bind a unit as a source, and how it takes them on. */
export interface PolicyAcceptances {
  accept(call: Call, body: { readonly set: Digest; readonly signature: string }): Promise<AcceptCallOutcome>;
  of(unit: Unit): Promise<{
    readonly binds: Digest | null;
    readonly inForce: Digest | null;
    readonly planned: readonly { readonly set: Digest; readonly from: Instant }[];
    readonly accepted: readonly Acceptance[];
  }>;
}

/** Where the unit that calls is told of its events. */
export interface SubscriptionOperations {
  subscribe(call: Call, body: SubscriptionBody): Promise<SubscribeOutcome>;
  redeliver(call: Call, id: SubscriptionId, what: Again): Promise<RedeliverOutcome>;
  end(by: Pick<Call, 'partner' | 'trace'>, id: SubscriptionId): Promise<EndOutcome>;
  /** Those that have not ended. */
  of(unit: UnitId): Promise<readonly SubscriptionView[]>;
}

/** RFC 6962 inclusion of one entry under the latest signed checkpoint. */
export interface EntryProof {
  /** Canonical leaf text. Hashed and read for its parties here; it never leaves through a proof. */
  readonly leaf: string;
  readonly index: number;
  /** base64url hashes, from the leaf upwards. */
  readonly path: readonly string[];
  /** Signed note (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
}

export interface LedgerReader {
  /** Signed note; null before the first one. */
  checkpoint(): Promise<string | null>;
  /** null: no such entry, or not yet in the tree. */
  proof(entry: EntryId): Promise<EntryProof | null>;
}

/** The tree as far as the last checkpoint covers it: hashes, which tell nothing of entries. */
export interface TreeReader {
  /** `width` hashes of a tile, 32 bytes each; null where the tree does not have them. */
  tile(part: TilePart): Promise<Buffer | null>;
  /** null: the newer size is beyond the last checkpoint. */
  consistency(older: number, newer: number): Promise<readonly Buffer[] | null>;
}

/** Whole entries, for those who may read them all. */
export interface EntryBundles {
  /** null: there is no such bundle, or not for this unit. Throws when its reading cannot be put on record. */
  read(unit: Unit, name: TileName, trace: TraceId): Promise<Buffer | null>;
}

/** What the final receipt of an entry is made of; null: there is no such entry, or its leaf is gone. */
export interface ReceiptReader {
  find(entry: EntryId): Promise<ReceiptParts | null>;
}

/** Where this gateway answers access evaluations, as `https://host`. */
export interface AuthzenDeps {
  partnerOrigin(): string;
}

export interface LedgerDeps {
  readonly ledger: LedgerReader;
  readonly tree: TreeReader;
}

/** What every exchange needs, on either listener. */
export interface ExchangeDeps {
  readonly entropy: Pick<Entropy, 'trace'>;
  readonly log: Pick<AccessLog, 'access' | 'fault'>;
  readonly metrics: Pick<Metrics, 'exchange' | 'refusal'>;
}

export interface PartnerDeps extends LedgerDeps, AuthzenDeps, ExchangeDeps {
  /** Asked before every route, unknown paths included. A throw is a no. */
  identify(context: Context<ApiEnv>): Identification | Promise<Identification>;
  readonly users: ActingUsers;
  readonly limiter: Limiter;
  readonly steady: SteadyAnswers;
  readonly operations: PartnerOperations;
  readonly emergencies: EmergencyOperations;
  readonly requests: Pick<Requests, 'find'>;
  /**
   * The decision that the engine gives to the same question about a person whom the gateway does
   * not know. Shown for a request that was stopped, so that nobody can tell that a consent was withdrawn.
   */
  asUnknownPerson(request: RequestRecord): DecisionSummary;
  /** Roles that this unit was told to turn to about a request that waits for it; none to anybody else. */
  escalatedTo(unit: UnitId, request: RequestRecord): readonly string[];
  /** What whoever approves must keep in mind, by the policies in force. */
  approvalReminders(): readonly Label[];
  readonly receipts: ReceiptReader;
  readonly bundles: EntryBundles;
  readonly events: EventFeed;
  readonly notices: Notices;
  readonly subjectChanges: SubjectChanges;
  readonly policySets: PolicyAcceptances;
  readonly subscriptions: SubscriptionOperations;
  readonly access: EvaluatePorts;
  readonly policies: Pick<PolicySets, 'current' | 'boundTo'>;
  /** How much a unit got that it should have destroyed by now and did not say so. */
  overdueDestructions(unit: UnitId): Promise<number>;
  /** How many corrections of what it got a unit should have confirmed by now. */
  overdueCorrections(unit: UnitId): Promise<number>;
  /** What a unit and each of its users may ask. */
  limitsOf(unit: UnitId): { readonly unit: LimitRules; readonly user: LimitRules };
  now(): Instant;
  /** Every registered unit. */
  units(): Iterable<Unit>;
  /** The gateway's own OIN, for the `source` of its events. */
  readonly gatewayOin: Oin;
}

/** Who runs this gateway and where its listeners are, for the API description. */
export interface Site {
  readonly contact: { readonly name: string; readonly email: string; readonly url: string };
  /** `host` or `host:port`. */
  readonly partnerHost: string;
  readonly publicHost: string;
}

export interface PublicDeps extends LedgerDeps, AuthzenDeps, ExchangeDeps {
  readonly site: Site;
  /** Public keys of the gateway; `sluis_use` of each says what it signs. */
  jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
  /** Whether the gateway can do its work now (database answers). */
  healthy(): Promise<boolean>;
}
