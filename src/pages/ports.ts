import type { Alert } from '../core/alert/alert.ts';
import type {
  ConsentId,
  Digest,
  EntryId,
  FieldId,
  Instant,
  PurposeId,
  RequestId,
  SubjectId,
  TraceId,
  UnitId,
} from '../core/brand.ts';
import type { Consent } from '../core/consent/consent.ts';
import type { SubjectOperations } from '../core/disclosure/operations.ts';
import type { Clock, Entropy, Journal, PolicySets, Registry } from '../core/disclosure/ports.ts';
import type { DecisionSummary } from '../core/disclosure/request.ts';
import type { RequestState, StopCause } from '../core/disclosure/state.ts';
import type { DestructionWay } from '../core/duty/destruction-ways.ts';
import type { Verdict } from '../core/emergency/emergency.ts';
import type { NoteVerifier } from '../core/ledger/checkpoint.ts';
import type { EntryKind } from '../core/ledger/entry.ts';
import type { KeyRing } from '../core/ledger/ports.ts';
import type { TlogProof } from '../core/ledger/tlog-proof.ts';
import type { KeptUsers } from '../core/partner/kept-users.ts';
import type { Obligations } from '../core/policy/decision.ts';
import type { SubjectRights } from './detainee/subject-rights.ts';
import type { Certificates, SourceStanding } from './officer/connections.ts';
import type { OfficerCorrections } from './officer/corrections.ts';
import type { OfficerInforming } from './officer/informing.ts';
import type { OfficerRights } from './officer/rights-page.ts';
import type { OfficerEmergencies } from './officer-emergencies.ts';
import type { StaffOperations } from './staff/staff-operations.ts';

/** Whoever is behind a session. `unit: null` is an officer of the gateway itself, who sees every unit. */
export type Person =
  | {
      readonly kind: 'officer';
      readonly id: string;
      readonly name: string;
      readonly unit: UnitId | null;
      /** May see who at a partner asked or approved: of every unit, or of the officer's own. */
      readonly seesUsers: boolean;
    }
  /** Decides for a unit, as one of its people; `number`: by which the unit knows them. */
  | {
      readonly kind: 'staff';
      readonly unit: UnitId;
      readonly number: string;
      readonly role: string;
      readonly name: string;
    }
  /** `representative`: the name of who decides for the subject in this session. */
  | { readonly kind: 'subject'; readonly id: SubjectId; readonly representative?: string };
export type Officer = Extract<Person, { kind: 'officer' }>;
export type Staff = Extract<Person, { kind: 'staff' }>;

export interface Session {
  readonly person: Person;
  /** Stands in every form of this session and nowhere else. */
  readonly formToken: string;
  readonly expiresAt: Instant;
}

export interface Logins {
  /** Exchanges a code as typed for a session; null for every code that is not valid now. */
  open(
    typed: string,
    now: Instant,
    expiresAt: Instant,
  ): Promise<{ readonly secret: string; readonly session: Session } | null>;
  /** null: no such session, or it has ended. */
  read(secret: string, now: Instant): Promise<Session | null>;
  close(secret: string): Promise<void>;
}

/** One line of the ledger as an officer's list shows it: nothing personal. */
export interface EntryLine {
  readonly id: EntryId;
  readonly kind: EntryKind;
  readonly time: Instant;
  readonly purpose: PurposeId | null;
  readonly source: UnitId | null;
  readonly recipient: UnitId | null;
  /** It is of what a source wanted to offer and did not, or decides which of it is: its recipient has nothing to know of it. */
  readonly neverOffered: boolean;
}

export interface EntryFilter {
  /** Only entries in which this unit is source, or recipient of what it may know of; null: all. */
  readonly party: UnitId | null;
  readonly kinds: readonly EntryKind[];
  /** Half-open period. */
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly purpose: PurposeId | null;
  readonly source: UnitId | null;
  readonly recipient: UnitId | null;
  readonly id: EntryId | null;
}

/** Place in a list that runs from new to old: what comes strictly after it. */
export interface PageKey {
  readonly time: Instant;
  readonly id: string;
}

/** An entry with the request that it is a step of. */
export interface EntryDetail extends EntryLine {
  readonly trace: TraceId;
  readonly policySet: Digest | null;
  /** The canonical leaf text's body, nothing personal. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether a personal value of it was erased; left out: none was. */
  readonly valuesErased?: boolean;
  readonly request: {
    readonly id: RequestId;
    readonly decision: DecisionSummary;
    /** Every entry of the request, oldest first, this one included. */
    readonly steps: readonly EntryLine[];
  } | null;
}

export interface Entries {
  page(filter: EntryFilter, after: PageKey | null, limit: number): Promise<readonly EntryLine[]>;
  /** `forgotten`: its period ended, and nothing of it is left but that it was there. */
  find(id: EntryId): Promise<EntryDetail | 'forgotten' | null>;
}

export interface SharingStep {
  readonly state: RequestState;
  readonly decision: DecisionSummary;
  /** What it rested on that is gone; null: it was not stopped, or does not say. */
  readonly stoppedFor: StopCause | null;
}

/** Something that was asked about a subject, or a notice that it may be asked. */
export interface Sharing {
  readonly id: string;
  readonly at: Instant;
  readonly movedAt: Instant;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  readonly fields: readonly FieldId[];
  /** Whether its source began, of its own accord; else its recipient asked, or is told that it may. */
  readonly isOffer: boolean;
  /** Whether its recipient heard of it: an offer on which not all people of its source agreed never got there. */
  readonly reached: boolean;
  /** Its source decided that it is shown later, and (null: not to be said) on what ground; null: nobody did. */
  readonly later: { readonly why: string | null } | null;
  /** null: a notice, which gives no data. */
  readonly step: SharingStep | null;
  /** Left out: the person could be asked. */
  readonly emergency?: { readonly seconded: boolean; readonly revoked: boolean; readonly verdict: Verdict | null };
}

export interface Sharings {
  /**
   * What the subject may see, newest first. Data that was delivered always, everything else only of
   * recipients in `attemptsShown`; where the decision delays it, from its review date on.
   */
  page(
    subject: SubjectId,
    attemptsShown: readonly UnitId[],
    now: Instant,
    after: PageKey | null,
    limit: number,
  ): Promise<readonly Sharing[]>;
  /** The ledger entry of one of these; null where `page` would not show it to this subject now. */
  entry(subject: SubjectId, attemptsShown: readonly UnitId[], now: Instant, id: string): Promise<EntryId | null>;
}

export interface SubjectConsents {
  /** Every consent of the subject, newest first, at most `limit`. */
  of(subject: SubjectId, limit: number): Promise<readonly Consent[]>;
  /** null also for somebody else's. */
  find(subject: SubjectId, id: ConsentId): Promise<Consent | null>;
}

/** Inclusion of one leaf in the ledger's tree under a signed checkpoint. */
export interface InclusionProof {
  readonly index: number;
  readonly size: number;
  /** RFC 6962 path, base64url hashes. */
  readonly path: readonly string[];
  /** Signed note of the checkpoint. */
  readonly checkpoint: string;
}

/** An alert, and when an officer said that it was seen. */
export interface ShownAlert extends Alert {
  readonly seenAt: Instant | null;
}

export interface OfficerAlerts {
  /** Of one unit, or of every unit and the gateway itself where it is null; what nobody has seen first. */
  list(unit: UnitId | null, limit: number): Promise<readonly ShownAlert[]>;
  /** How many nobody has seen. */
  waiting(unit: UnitId | null): Promise<number>;
  /** Nothing happens for one that is not there, was seen already, or is another unit's. */
  see(id: string, unit: UnitId | null, officer: string): Promise<void>;
}

export interface Proofs {
  /** null: the sequencer has not put the entry under a checkpoint yet. */
  inclusion(entry: EntryId): Promise<InclusionProof | null>;
  /** null: the witnesses have not cosigned a checkpoint over it yet. */
  witnessed(entry: EntryId): Promise<TlogProof | null>;
  /** Public keys of every instance that signs flushes. */
  keys(): Promise<KeyRing>;
  readonly log: { readonly origin: string; readonly verifiers: () => readonly NoteVerifier[] };
}

/**
 * How it stands with what a recipient got: `open` until the fact of its start has come, `undated` where the gateway knows
 * no date at all.
 */
export const dutyStates = ['overdue', 'dated', 'open', 'undated', 'destroyed'] as const;
export type DutyState = (typeof dutyStates)[number];

/** Who looks, and when. To a source that does not know of a start, what counts from it stands as `open`. */
export interface DutyView {
  /** null: an officer of the gateway, who sees every unit. */
  readonly viewer: UnitId | null;
  /** Starts of retention that the gateway can know the moment of. */
  readonly starts: readonly string[];
  readonly now: Instant;
}

export interface DutyFigures {
  readonly recipient: UnitId;
  readonly counts: Readonly<Record<DutyState, number>>;
  /** Of what is destroyed: after its date. */
  readonly late: number;
}

export interface DutyLine {
  readonly id: RequestId;
  readonly state: DutyState;
  /** The disclosure; null: its period ended. */
  readonly entry: EntryId | null;
  readonly source: UnitId;
  readonly recipient: UnitId;
  readonly purpose: PurposeId;
  readonly disclosedAt: Instant;
  readonly retain: Obligations['retain'] | null;
  readonly deleteBy: Instant | null;
  readonly destroyedAt: Instant | null;
  readonly destroyedHow: DestructionWay | null;
  /** What lines stand in order of. */
  readonly order: Instant;
}

export interface OfficerDuties {
  /** By recipient, of everything in which the viewer is a party. */
  figures(view: DutyView): Promise<readonly DutyFigures[]>;
  /** The oldest first: by its date, else by its disclosure. */
  page(
    filter: DutyView & { readonly state: DutyState; readonly recipient: UnitId | null },
    after: PageKey | null,
    limit: number,
  ): Promise<readonly DutyLine[]>;
  /** How many are overdue, as far as the viewer may know. */
  overdue(viewer: UnitId | null, now: Instant): Promise<number>;
}

export interface PagesDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly journal: Journal;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly operations: SubjectOperations;
  readonly staff: StaffOperations;
  readonly logins: Logins;
  readonly entries: Entries;
  readonly certificates: Certificates;
  readonly sources: () => Promise<ReadonlyMap<UnitId, SourceStanding>>;
  readonly users: KeptUsers;
  readonly sharings: Sharings;
  readonly consents: SubjectConsents;
  readonly proofs: Proofs;
  readonly alerts: OfficerAlerts;
  readonly duties: OfficerDuties;
  readonly corrections: OfficerCorrections;
  readonly emergencies: OfficerEmergencies;
  readonly informing: OfficerInforming;
  readonly rights: SubjectRights;
  readonly rightsLists: OfficerRights;
  /** The page that checks receipts without a network, with this gateway's public keys in it. */
  readonly receiptPage: () => Promise<string>;
  /** Told of every fault that a page turned into words; the error carries nothing personal. */
  readonly onFault: (error: unknown, trace: TraceId) => void;
}
