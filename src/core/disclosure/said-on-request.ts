import { z } from 'zod';
import type { EntryId, Instant, RequestId } from '../brand.ts';

/** Who at the source is to answer: people in a role, or one of them by the id that its own system gives. */
export const delegate = z.union([
  z.strictObject({ role: z.string().min(1).max(64) }),
  z.strictObject({ user: z.string().min(1).max(64) }),
]);

export type Delegate = Readonly<z.infer<typeof delegate>>;

/** What people say to each other about a request that waits; a delegation is for its source alone. */
export const said = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('question'), text: z.string() }),
  z.strictObject({ kind: z.literal('reply'), text: z.string() }),
  z.strictObject({ kind: z.literal('delegation'), to: delegate, note: z.string().nullable() }),
]);

export type Said = Readonly<z.infer<typeof said>>;

export interface RequestMessage {
  readonly id: string;
  readonly request: RequestId;
  readonly said: Said;
  readonly at: Instant;
  readonly entry: EntryId;
}

export interface Messages {
  /** In the order in which they were said. */
  of(request: RequestId): Promise<readonly RequestMessage[]>;
}
