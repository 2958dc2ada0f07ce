import type { EntryId, Instant, SubjectId } from '../brand.ts';
import type { EntryKind } from '../ledger/entry.ts';

/** Sequence numbers of one instance, both inclusive. */
export interface LeafRange {
  readonly instance: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The latest moment of which an entry of a kind may lose something; null: whenever. INVARIANT: a kind that is
 * not named may lose nothing.
 */
export interface MayGo {
  readonly kind: EntryKind;
  readonly until: Instant | null;
}

interface Ordered {
  /** Of the erasure. */
  readonly id: string;
  readonly entry: EntryId;
  readonly at: Instant;
}

/**
 * What is to be forgotten. Each is written with its entry, checked under lock once more, and carried out after it by
 * the login that may do nothing else.
 */
export type ErasureChange =
  | (Ordered & {
      readonly type: 'subject-erasure-ordered';
      /** Everybody under whose key something about this person stands. */
      readonly subjects: readonly SubjectId[];
      /** Entries of before the gateway knew them, in which somebody named them. */
      readonly beforeKnown: readonly EntryId[];
      /** How many openings its entry says: a verifier counts them. */
      readonly openings: number;
      readonly mayGo: readonly MayGo[];
    })
  | (Ordered & {
      readonly type: 'value-erasure-ordered';
      readonly opening: { readonly entry: EntryId; readonly name: string };
      readonly mayGo: readonly MayGo[];
    })
  | (Ordered & {
      readonly type: 'leaves-erasure-ordered';
      readonly ranges: readonly LeafRange[];
      /** How many leaves stand in them: if one went meanwhile, nothing is ordered. */
      readonly leaves: number;
      /** How many openings its entry says that were erased before and go with them. */
      readonly erased: number;
    })
  | {
      readonly type: 'legal-hold-placed';
      readonly id: string;
      readonly entry: EntryId;
      readonly at: Instant;
      readonly subject: SubjectId;
      readonly by: string;
      readonly ground: string;
    }
  | { readonly type: 'legal-hold-lifted'; readonly id: string; readonly entry: EntryId; readonly at: Instant };
