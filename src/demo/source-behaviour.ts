import { z } from 'zod';

/** How a demo source can be told to misbehave, for the story and for tests. */
export const behaviour = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('well') }),
  z.strictObject({ type: z.literal('late'), delayMs: z.int().min(0) }),
  /** Begins its answer at once, and ends it after the delay. */
  z.strictObject({ type: z.literal('slow'), delayMs: z.int().min(0) }),
  /** Breaks off every connection. */
  z.strictObject({ type: z.literal('down') }),
  /** Stops in the middle of its answer. */
  z.strictObject({ type: z.literal('cutOff') }),
  z.strictObject({ type: z.literal('failing') }),
  z.strictObject({ type: z.literal('redirecting') }),
  z.strictObject({ type: z.literal('tooLarge'), bytes: z.int().min(1), declared: z.boolean() }),
  z.strictObject({ type: z.literal('notJson') }),
  z.strictObject({ type: z.literal('wrongType') }),
  z.strictObject({ type: z.literal('wrongSchema') }),
  z.strictObject({ type: z.literal('wrongPerson') }),
  z.strictObject({ type: z.literal('nobody') }),
  /** Appends this to every text that is not a person's number: what no database or ledger can hold, for one. */
  z.strictObject({ type: z.literal('strangeText'), text: z.string() }),
]);

export type Behaviour = z.infer<typeof behaviour>;

/** Parent to source. */
export const toSource = z.strictObject({ type: z.literal('behave'), behaviour });

/** Source to parent, after `ready`: it behaves as told, or it is being asked while it misbehaves. */
export const fromSource = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('behaving') }),
  z.strictObject({ type: z.literal('asked') }),
]);

export type FromSource = z.infer<typeof fromSource>;

/** What a source system is started with: one JSON argument. */
export const sourceSettings = z.strictObject({
  unit: z.string(),
  seed: z.int(),
  count: z.int().min(1),
  today: z.iso.date(),
  port: z.int().min(0).max(65_535),
  certificateFile: z.string(),
  keyFile: z.string(),
  caFile: z.string(),
  crlFile: z.string(),
  /** SHA-256 of the one client certificate that is let in. */
  gateway: z.string().regex(/^[0-9a-f]{64}$/),
});

export type SourceSettings = z.infer<typeof sourceSettings>;

export const sourceReady = z.strictObject({ url: z.url() });
