import type { EntryKind } from '../ledger/entry.ts';

/** What an act, or we by default, say about entries of a kind. Periods are ISO 8601 durations of one unit. */
export interface KindRetention {
  /** After which the leaf loses its bytes, and its openings go. */
  readonly period: string;
  /** Before which nothing personal of it may be erased; null: no act says so. */
  readonly atLeast: string | null;
  /** The act that `atLeast` rests on. */
  readonly law: Citation | null;
}

export interface Citation {
  readonly act: string;
  readonly article: string;
  readonly status?: 'unverified' | 'design-default' | undefined;
}

/** By kind. INVARIANT: a kind that is not here is kept, and nothing of it is erased. */
export type EntryRetention = ReadonlyMap<EntryKind, KindRetention>;

/** Kinds without which the rest of the ledger cannot be verified later. */
export const neededToVerify: readonly EntryKind[] = [
  'erasure',
  'legal-hold-placed',
  'legal-hold-lifted',
  'void',
  'heartbeat',
  'key-rotated',
  'policy-activated',
  'policy-rolled-back',
];
/** How long those are kept at least, in years. */
export const verifiableYears = 10;

/**
 * Kinds whose leaf never goes, whatever their period: without what says which leaves went they would be missing, and
 * every entry under a set without the one that activated it.
 */
export const neverForgotten: readonly EntryKind[] = ['erasure', 'policy-activated'];
