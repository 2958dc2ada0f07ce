import type { EntryId, FieldId, Instant, RequestId, RightsRequestId, SubjectId, UnitId } from '../brand.ts';
import type { CorrectionKind } from '../correction/correction.ts';
import type { Decider } from '../disclosure/operations.ts';

/** What a person may ask about data that was given. @law AVG 16, 17, 18, 21; Wjsg 22, 51b; Wpg 28 */
export const rightsWishes = ['correct', 'erase', 'restrict', 'object'] as const;
export type RightsWish = (typeof rightsWishes)[number];

export const rightsStates = ['open', 'upheld', 'dismissed'] as const;
export type RightsState = (typeof rightsStates)[number];

/** What a person asks of a source about one field that it gave. What they wrote stands in the entry's openings alone. */
export interface RightsRequest {
  readonly id: RightsRequestId;
  /** By which it was given; whom it is about follows from that. */
  readonly request: RequestId;
  readonly source: UnitId;
  readonly field: FieldId;
  readonly wish: RightsWish;
  readonly madeBy: Decider;
  readonly madeAt: Instant;
  /** When the source must have decided, by the act that binds it. */
  readonly dueAt: Instant;
  readonly entry: EntryId;
  readonly state: RightsState;
  readonly decidedAt: Instant | null;
  /** In which stands why; null: open, or decided before that was kept. */
  readonly decisionEntry: EntryId | null;
  /** By which correction of its source, where it was upheld; null: by none yet. */
  readonly carriedOut: CarriedOut | null;
  /** When its source was last told that it must decide, or carry out what it upheld; null: not since it was asked. */
  readonly remindedAt: Instant | null;
}

export interface CarriedOut {
  readonly at: Instant;
  readonly as: CarriedOutAs;
}

/** That a restriction is over is what nobody asks. */
export type CarriedOutAs = Exclude<CorrectionKind, 'restriction-lifted'>;

/** What its source must still do: the decision alone changes nothing in the data. */
export function leftToDo({
  state,
  carriedOut,
}: Pick<RightsRequest, 'state' | 'carriedOut'>): 'decide' | 'carry-out' | null {
  if (state === 'open') return 'decide';
  return state === 'upheld' && carriedOut === null ? 'carry-out' : null;
}

/** A look that is due; `seen` is the moment that it was due at, by which one looker of many goes on. */
export interface DueRights {
  readonly rights: RightsRequest;
  readonly seen: Instant;
}

export interface RightsRequests {
  find(id: RightsRequestId): Promise<RightsRequest | null>;
  /** Of a person, newest first, at most a hundred. */
  of(subject: SubjectId): Promise<readonly RightsRequest[]>;
  /** What must be looked at by now, the oldest first, at most `dueAtOnce`, leaving out the first `passed`. */
  due(now: Instant, passed: number): Promise<readonly DueRights[]>;
}

export type RightsChange =
  /** Of one field and wish about one request at most one is open. `lookAt`: when its source must be reminded; null: never. */
  | { readonly type: 'rights-request-made'; readonly rights: RightsRequest; readonly lookAt: Instant | null }
  /** `seen`: when the look was due, where it still is. */
  | {
      readonly type: 'rights-request-followed';
      readonly id: RightsRequestId;
      readonly seen: Instant;
      readonly at: Instant;
      readonly lookAt: Instant | null;
    }
  | {
      readonly type: 'rights-request-decided';
      readonly id: RightsRequestId;
      readonly to: Exclude<RightsState, 'open'>;
      readonly at: Instant;
      readonly entry: EntryId;
      /** When its source must be reminded to carry it out; null: never. */
      readonly lookAt: Instant | null;
    }
  /** What was upheld; the first time counts. */
  | ({ readonly type: 'rights-request-carried-out'; readonly id: RightsRequestId } & CarriedOut);
