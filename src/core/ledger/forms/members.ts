import { z } from 'zod';

/** Members that bodies of several kinds share. */

export const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
/** `sha256:` and 64 lower-case hexadecimal digits. */
export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
/** 32 bytes, base64url, in their one spelling. */
export const hash = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
export const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
/** A word of a catalogue or of the code: which ones there are changes, and old entries stay readable. */
export const word = z.string().min(1).max(200);
export const words = z.array(word);
export const count = z.int().min(0);
export const positive = z.int().min(1);

/**
 * A body of version 1. Old entries have no `sealed`.
 * @see docs/ledger.md, Digest of the sealed openings
 */
export function body<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject({ ...shape, sealed: hash.optional() });
}

/** A body of a later version, which names it. */
export function bodyOf<Version extends number, Shape extends z.core.$ZodLooseShape>(version: Version, shape: Shape) {
  return z.strictObject({ v: z.literal(version), ...shape, sealed: hash.optional() });
}
