declare const brand: unique symbol;

/** A value that only one function may mint, so that skipping a step of the path does not compile. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** UTC instant, RFC 3339 with milliseconds and `Z`, so that string order is time order. */
export type Instant = Brand<string, 'Instant'>;

export type UnitId = Brand<string, 'UnitId'>;
export type SubjectId = Brand<string, 'SubjectId'>;
export type RequestId = Brand<string, 'RequestId'>;
export type FactId = Brand<string, 'FactId'>;
export type ClaimId = Brand<string, 'ClaimId'>;
export type TimerId = Brand<string, 'TimerId'>;
export type ConsentId = Brand<string, 'ConsentId'>;
export type SubjectChangeId = Brand<string, 'SubjectChangeId'>;
export type RightsRequestId = Brand<string, 'RightsRequestId'>;
export type CorrectionId = Brand<string, 'CorrectionId'>;
export type SubscriptionId = Brand<string, 'SubscriptionId'>;
export type EntryId = Brand<string, 'EntryId'>;
export type PurposeId = Brand<string, 'PurposeId'>;
/** `category.field`, for example `detention.expectedRelease`. */
export type FieldId = Brand<string, 'FieldId'>;
/** `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = Brand<string, 'Digest'>;
/** W3C trace id: 32 lower-case hexadecimal digits. */
export type TraceId = Brand<string, 'TraceId'>;

export function instant(date: Date): Instant {
  return date.toISOString() as Instant;
}

/** Brands a complete object. Call it in the one function that mints the type, nowhere else. */
export function mint<B extends { readonly [brand]: string }>(value: Omit<B, typeof brand>): B {
  return value as B;
}
