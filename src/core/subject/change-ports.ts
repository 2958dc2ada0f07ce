import type { ConsentId, FactId, Instant, SubjectChangeId, SubjectId, TimerId, UnitId } from '../brand.ts';
import type { Consent } from '../consent/consent.ts';
import type { Clock, Entropy, Journal, PolicySets, Registry, Snapshots, SubjectLocator } from '../disclosure/ports.ts';
import type { RequestState } from '../disclosure/state.ts';
import type { Fact } from '../fact/fact.ts';
import type { Subject, SubjectIdentifiers } from './reference.ts';
import type { Movable, NumberScheme, SealedNumber, SubjectChangeRecord } from './subject-change.ts';

/** Everything that hangs on one person, at one point in time. */
export interface Holdings {
  readonly subject: Subject;
  readonly numbers: SubjectIdentifiers;
  readonly facts: readonly Fact[];
  readonly consents: readonly Consent[];
  readonly requests: readonly { readonly id: string; readonly state: RequestState }[];
  readonly notices: readonly string[];
  readonly timers: readonly { readonly id: TimerId; readonly fact: FactId }[];
  readonly claims: readonly string[];
  /** The oldest first: that one a unit is shown. */
  readonly pseudonyms: readonly { readonly unit: UnitId; readonly pseudonym: string; readonly givenAt: Instant }[];
  readonly caseReferences: readonly {
    readonly unit: UnitId;
    readonly reference: string;
    /** How the row is named where it is moved. */
    readonly row: string;
  }[];
  /** Whose records went up in this one. */
  readonly persons: readonly SubjectId[];
}

/** A joining as it stands on record now. */
export interface RecordedJoining {
  readonly record: SubjectChangeRecord & { readonly other: SubjectId };
  readonly isTakenBack: boolean;
  /** Still the record that the other went up in, and not gone up in a third one itself. */
  readonly stands: boolean;
  /** How much of what it moved is still where it put it. */
  readonly left: Readonly<Record<Movable, readonly string[]>>;
}

export interface SubjectRecords {
  /** One statement. null: there is no such person. */
  holdings(subject: SubjectId): Promise<Holdings | null>;
  /** null: no joining has this id. */
  joining(id: SubjectChangeId): Promise<RecordedJoining | null>;
}

export interface SubjectChangePorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly policies: Pick<PolicySets, 'current'>;
  readonly snapshots: Snapshots;
  readonly records: SubjectRecords;
  seal(scheme: NumberScheme, value: string, subject: SubjectId): SealedNumber;
  /** A new random key for a person's openings, wrapped. */
  newKey(): Buffer;
}

/** Who asked for the change, and why: both go on record. */
export interface Asked {
  readonly by: string;
  readonly ground: string;
}

/** What a change does, or would do, in numbers. */
export interface SubjectChangeOutcome {
  /** null: nothing was written, this is what would happen. */
  readonly id: SubjectChangeId | null;
  readonly moves: Readonly<Record<Movable, number>>;
  readonly numbers: { readonly moved: readonly NumberScheme[]; readonly withdrawn: readonly NumberScheme[] };
  /** Requests that were not delivered yet and are stopped. */
  readonly stops: number;
  /** Units that are told. */
  readonly tells: number;
}

/** Why two records cannot be joined as they stand: each is somebody's to settle first. */
export type JoiningConflict =
  | { readonly conflict: 'two-numbers'; readonly scheme: NumberScheme }
  /** Of roles that one holder has at a time each record names another. */
  | { readonly conflict: 'exclusive-facts'; readonly facts: readonly [FactId, FactId] }
  /** Between the same two units, for one purpose, one is open or in force and the other says otherwise. */
  | { readonly conflict: 'consents'; readonly consents: readonly [ConsentId, ConsentId] };

export type SubjectChangeRefusal =
  /** `which`: the first or the second that was named. */
  | { readonly kind: 'unknown-person'; readonly which: 'first' | 'second' }
  | { readonly kind: 'same-person' }
  | { readonly kind: 'same-number' }
  /** Of somebody else: they may be one person. */
  | { readonly kind: 'number-taken'; readonly scheme: NumberScheme }
  | { readonly kind: 'no-number-to-withdraw'; readonly scheme: NumberScheme }
  | { readonly kind: 'conflicts'; readonly conflicts: readonly JoiningConflict[] }
  | { readonly kind: 'nothing-named' }
  /** Not of this person. */
  | { readonly kind: 'not-theirs'; readonly rows: readonly string[] }
  | { readonly kind: 'no-such-joining' }
  | { readonly kind: 'taken-back-already' }
  /** The record that it went up in has itself gone up in another: take that back first. */
  | { readonly kind: 'joined-since' }
  /** The number that was withdrawn cannot be read any more. */
  | { readonly kind: 'opening-gone' };

export type PersonNamed = SubjectLocator;
