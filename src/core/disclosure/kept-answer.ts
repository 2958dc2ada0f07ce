import type { EntryId, FieldId, Instant, RequestId } from '../brand.ts';

/** What a source answered, as it waits for its recipient: sealed to the recipient's own key, and to no other. */
export interface KeptAnswer {
  readonly id: string;
  readonly request: RequestId;
  /** The category that it is about; null: whatever was asked. */
  readonly category: string | null;
  readonly fields: readonly FieldId[];
  /** Compact JWE of field → value. */
  readonly jwe: string;
  /** By which its source sealed it, compact JWS; null: the gateway sealed it. `fields` are then those that may be in it. */
  readonly permit: string | null;
  /** SHA-256 of the JWE, base64url. */
  readonly digest: string;
  readonly receivedAt: Instant;
  /** The entry by which the source put it on record. */
  readonly entry: EntryId;
}

/** A part of an answer as its recipient gets it. */
export interface HandedPart {
  readonly category: string | null;
  readonly fields: readonly FieldId[];
  readonly sealed: string;
  readonly permit: string | null;
}

export interface Answers {
  /** Everything that waits of this request, in the order in which it came; none once it was collected or ended. */
  of(request: RequestId): Promise<readonly KeptAnswer[]>;
  /** What each of them may hold, and under which permit: all but what is sealed, for whoever looks at many requests. */
  outline(request: RequestId): Promise<readonly Pick<KeptAnswer, 'fields' | 'permit'>[]>;
  /** `personMark` of each who took it, beside the one for whom it was asked. */
  takers(request: RequestId): Promise<readonly string[]>;
}

/** For so long after it was handed over an answer is given again, where its recipient never got it or lost it. */
export const givenAgainForMs = 15 * 60_000;

/** Gateways' clocks differ by less. What was handed over later than this from now was dated by a clock that is wrong. */
export const clocksDifferByMs = 60_000;
