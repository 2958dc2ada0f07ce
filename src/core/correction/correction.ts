import type { CorrectionId, EntryId, FieldId, Instant, RequestId, SubjectId, UnitId } from '../brand.ts';

/**
 * What a source did to fields that it gave before. A restriction also stops what it would give of them, until it lifts it.
 * @law AVG 16, 17, 18, 19; Wjsg 22; Wpg 28
 */
export const correctionKinds = ['rectified', 'erased', 'restricted', 'restriction-lifted'] as const;
export type CorrectionKind = (typeof correctionKinds)[number];

/** What a recipient did about it. `not-held`: it has the data no more. */
export const correctionWays = ['corrected', 'erased', 'restricted', 'lifted', 'not-held'] as const;
export type CorrectionWay = (typeof correctionWays)[number];

/** What a recipient may have done about it: it lifts what its source lifted, and nothing else. */
export function waysOf(kind: CorrectionKind): readonly CorrectionWay[] {
  return kind === 'restriction-lifted'
    ? ['lifted', 'erased', 'not-held']
    : ['corrected', 'erased', 'restricted', 'not-held'];
}

/** Said by the unit that gave the fields. It never holds a value: who got one before asks for it again. */
export interface Correction {
  readonly id: CorrectionId;
  readonly source: UnitId;
  readonly kind: CorrectionKind;
  readonly fields: readonly FieldId[];
  /** The correction that this source was told of and passes on with this one; null: it is the first. */
  readonly corrects: CorrectionId | null;
  readonly madeAt: Instant;
  readonly entry: EntryId;
}

/** What one recipient must do about it: one for each recipient, whatever number of requests it got the fields by. */
export interface CorrectionNotice {
  readonly correction: CorrectionId;
  readonly recipient: UnitId;
  /** By which it got one of the fields. Never empty. */
  readonly requests: readonly RequestId[];
  /** Those of the correction that it may have got. */
  readonly fields: readonly FieldId[];
  /** Requests by which it gave on, as a source itself, what it got by those. */
  readonly givenOn: readonly RequestId[];
  /**
   * It said before that it destroyed all of this. Then the gateway passed it on by `givenOn` itself, and what is left is
   * what it gave on elsewhere.
   */
  readonly destroyed: boolean;
  readonly dueAt: Instant;
  /** When somebody must look again: a reminder or the end; null: never. */
  readonly lookAt: Instant | null;
  readonly confirmedAt: Instant | null;
  readonly how: CorrectionWay | null;
}

export interface RecordedCorrection extends Correction {
  /** By recipient. Empty where nothing was given, also about a person whom nobody knows. */
  readonly notices: readonly CorrectionNotice[];
  /** By which of the fields are being given. INVARIANT: shown to nobody. */
  readonly underWay: readonly RequestId[];
}

/** How it goes with a correction that was passed on: nothing in it says by whom it was got. */
export interface PassedOn {
  readonly id: CorrectionId;
  readonly source: UnitId;
  readonly corrects: CorrectionId;
  readonly kind: CorrectionKind;
  readonly madeAt: Instant;
  /** Whether everybody whom it was sent to has confirmed, and nothing is on its way to anybody else. */
  readonly isConfirmed: boolean;
}

/** By which requests data about a person was given, or was on its way, when that was read. */
export interface GivenThen {
  readonly subject: SubjectId;
  readonly seen: readonly RequestId[];
}

export type CorrectionChange =
  | {
      readonly type: 'correction-made';
      readonly correction: Correction;
      readonly notices: readonly CorrectionNotice[];
      /** By which of the fields are being given: nobody is told by these unless they get one after all. */
      readonly underWay: readonly RequestId[];
      /** By which requests data about this person was given when that was read, where none may have come since; left out: never mind. */
      readonly given?: GivenThen;
    }
  | {
      readonly type: 'correction-confirmed';
      readonly id: CorrectionId;
      readonly recipient: UnitId;
      readonly at: Instant;
      readonly how: CorrectionWay;
      /** Its requests when that was read, where none may have come since. */
      readonly requests: readonly RequestId[];
      /** As of `correction-made`: from which follows who is told in its place. */
      readonly given?: GivenThen;
    }
  /**
   * By one of those that were under way a field was given since: its recipient is told of it then, and whoever confirmed
   * before is asked again. `notice`: as for that request alone.
   */
  | {
      readonly type: 'correction-reached';
      readonly id: CorrectionId;
      readonly request: RequestId;
      readonly notice: CorrectionNotice;
    }
  /** `seen`: when the look was due, where it still is. */
  | {
      readonly type: 'correction-followed';
      readonly id: CorrectionId;
      readonly recipient: UnitId;
      readonly seen: Instant;
      readonly lookAt: Instant | null;
    };
