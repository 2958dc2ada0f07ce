import type { EntryId, Instant, SubjectChangeId, SubjectId, UnitId } from '../brand.ts';

/** Official numbers that a person may have, at most one of each. */
export const numberSchemes = ['bsn', 'skn'] as const;
export type NumberScheme = (typeof numberSchemes)[number];

/** What hangs on a person and moves when two records turn out to be of one person, or one of two. */
export const movables = [
  'fact',
  'consent',
  'request',
  'notice',
  'timer',
  'claim',
  'pseudonym',
  'case-reference',
  /** Whose record went up in this one before. */
  'person',
] as const;
export type Movable = (typeof movables)[number];

export const nothingMoves: Readonly<Record<Movable, number>> = {
  fact: 0,
  consent: 0,
  request: 0,
  notice: 0,
  timer: 0,
  claim: 0,
  pseudonym: 0,
  'case-reference': 0,
  person: 0,
};

/** A number as it is kept: found by its keyed hash, readable only beside the person it is of. */
export interface SealedNumber {
  readonly scheme: NumberScheme;
  /** 32 bytes each: under the current key, by which it is kept, then under every other one while keys are replaced. */
  readonly lookups: readonly Buffer[];
  /** Id of the current key. */
  readonly lookupKey: string;
  readonly ciphertext: Buffer;
}

/** One change of who is who, as it stays on record. */
export interface SubjectChangeRecord {
  readonly id: SubjectChangeId;
  readonly kind: 'identifier-corrected' | 'merged' | 'split';
  /** Whose record stays. */
  readonly subject: SubjectId;
  /** Whose record went up in it or came out of it; null for a correction. */
  readonly other: SubjectId | null;
  readonly movedNumbers: readonly NumberScheme[];
  /** Numbers of `other` that find nobody any more. */
  readonly withdrawnNumbers: readonly NumberScheme[];
  readonly at: Instant;
  readonly entry: EntryId;
  /** The joining that a split takes back. */
  readonly takesBack: SubjectChangeId | null;
}

/** Changes of who is who. Each is one statement; together with their entry they are one commit. */
export type SubjectChange =
  | { readonly type: 'subject-created'; readonly id: SubjectId; readonly wrappedKey: Buffer; readonly at: Instant }
  | { readonly type: 'subject-change-recorded'; readonly change: SubjectChangeRecord }
  /** Takes the place of the number of that scheme, if there is one. */
  | { readonly type: 'subject-number-set'; readonly subject: SubjectId; readonly number: SealedNumber }
  | { readonly type: 'subject-number-removed'; readonly subject: SubjectId; readonly scheme: NumberScheme }
  | {
      readonly type: 'subject-rows-moved';
      readonly change: SubjectChangeId;
      readonly what: Movable;
      readonly from: SubjectId;
      readonly to: SubjectId;
      /** Exactly these, or nothing happens. */
      readonly rows: 'all' | readonly string[];
    }
  /** Whatever a joining moved and is still where it put it. */
  | {
      readonly type: 'subject-rows-moved-back';
      readonly change: SubjectChangeId;
      readonly takesBack: SubjectChangeId;
      readonly what: Movable;
      readonly from: SubjectId;
      readonly to: SubjectId;
    }
  /** null: a person of its own again. */
  | { readonly type: 'subject-joined'; readonly subject: SubjectId; readonly into: SubjectId | null }
  /** Stops everything undelivered about these people. */
  | {
      readonly type: 'subject-requests-stopped';
      readonly subjects: readonly SubjectId[];
      readonly at: Instant;
      readonly entry: EntryId;
    }
  /** Ends their sessions, and the codes that open one. */
  | { readonly type: 'subject-sessions-ended'; readonly subjects: readonly SubjectId[] }
  | {
      readonly type: 'subject-change-told';
      readonly change: SubjectChangeId;
      readonly unit: UnitId;
      /** The unit's own pseudonyms until now. */
      readonly before: readonly string[];
      readonly persons: readonly SubjectId[];
    };
