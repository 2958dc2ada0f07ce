import type { EntryId, Instant, SubjectId } from '../brand.ts';
import type { Clock, Entropy, Journal, PolicySets, Registry, Snapshots } from '../disclosure/ports.ts';
import type { EntryKind } from '../ledger/entry.ts';
import type { LeafRange, MayGo } from './erasure-change.ts';
import type { KeptByLaw, Touched } from './may-go.ts';

/** Somebody under whose key entries stand, with the epoch that a commit checks. */
export interface Sealed {
  readonly id: SubjectId;
  readonly epoch: number;
}

/** What the ledger holds about one person, and what stands in the way of erasing it. */
export interface PersonOnRecord {
  /** Whose record stands, then everybody whose record went up in it. */
  readonly people: readonly [Sealed, ...Sealed[]];
  readonly openings: number;
  readonly touched: readonly Touched[];
  /** Legal holds on any of them. */
  readonly holds: readonly string[];
  readonly isBeingErased: boolean;
}

/** Entries of before the gateway knew a person, in which a partner named them: sealed under the key of nobody. */
export interface BeforeKnown {
  readonly entries: readonly EntryId[];
  readonly openings: number;
  readonly touched: readonly Touched[];
  /** Entries whose opening is damaged, so that nobody can say whom they name. */
  readonly unreadable: readonly EntryId[];
}

export interface OpeningOnRecord {
  readonly kind: EntryKind;
  readonly time: Instant;
  readonly isErased: boolean;
  /** null: sealed under the key of nobody whom the gateway knows. */
  readonly subject: Sealed | null;
  readonly holds: readonly string[];
}

/** A hold as it is listed; never whom it is on. */
export interface LegalHold {
  readonly id: string;
  readonly by: string;
  readonly ground: string;
  readonly placedAt: Instant;
  readonly liftedAt: Instant | null;
}

/** Leaves whose period ended and that nothing keeps. */
export interface ExpiredLeaves {
  readonly ranges: readonly LeafRange[];
  readonly leaves: number;
  /** Openings of theirs that were erased, and that no order counted before. */
  readonly erased: number;
}

/** Throws `Fault('database-unavailable')`. */
export interface ErasureRecords {
  /** null: there is no such person. */
  person(subject: SubjectId): Promise<PersonOnRecord | null>;
  /** null: the entry is not there, or never had such an opening. */
  opening(entry: EntryId, name: string): Promise<OpeningOnRecord | null>;
  /** Whom a hold that was not lifted is on; null: there is none. */
  holder(hold: string): Promise<Sealed | null>;
  /** At most so many, the oldest first, of entries that a checkpoint covers. */
  expired(mayGo: readonly MayGo[], limit: number): Promise<ExpiredLeaves>;
}

export interface ErasurePorts {
  /** Opens every entry about nobody: takes as long as there are. Throws `Fault('database-unavailable')`. */
  readonly beforeKnown: (subject: SubjectId) => Promise<BeforeKnown>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly policies: Pick<PolicySets, 'current'>;
  readonly snapshots: Snapshots;
  readonly records: ErasureRecords;
}

/** What an erasure destroys, or would destroy, in numbers. */
export interface ErasureOutcome {
  /** null: nothing was ordered, this is what would go. */
  readonly id: string | null;
  readonly openings: number;
  readonly entries: number;
  /** Entries about nobody that could not be opened, and that may name this person. */
  readonly unreadable: readonly EntryId[];
}

export type ErasureRefusal =
  | { readonly kind: 'unknown-person' }
  | { readonly kind: 'unknown-opening' }
  | { readonly kind: 'erased-already' }
  /** Ordered before, and not yet carried out. */
  | { readonly kind: 'being-erased' }
  /** `earliest`: when nothing is in the way any more; null: nobody can say. */
  | { readonly kind: 'kept-by-law'; readonly earliest: Instant | null; readonly kept: readonly KeptByLaw[] }
  | { readonly kind: 'held'; readonly holds: readonly string[] };
