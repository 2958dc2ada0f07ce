import { z } from 'zod';
import { tokenSigner } from './fresh-tokens.ts';

const credentials = z.strictObject({ cert: z.string(), key: z.string(), ca: z.string() });

/** What one load generator does; handed over in a file, because it holds keys. */
export const loadPlan = z.strictObject({
  url: z.url(),
  credentials,
  /** Each client has one connection and one exchange under way. */
  clients: z.int().min(1).max(1_024),
  warmUpMs: z.int().min(0).max(60_000),
  measureMs: z.int().min(10).max(600_000),
  /** Taken in turn, so that not one person's rows are asked over and over. */
  bodies: z.array(z.string()).min(1),
  /** Signs a fresh token for whom each body names; absent: bodies are sent as they stand. */
  signer: tokenSigner.optional(),
  /** Adds a fresh `Idempotency-Key` to every request. */
  idempotent: z.boolean(),
  /** The only status that counts; any other but `busy` ends the run as a failure. */
  expect: z.int(),
  /** By which a server says that it has too much to do: told apart, never counted as an answer. */
  busy: z.int().optional(),
});

export type LoadPlan = z.infer<typeof loadPlan>;

export const loadResult = z.strictObject({
  /** Within the measured time. */
  exchanges: z.int(),
  measuredMs: z.number(),
  /** Within the measured time, beside the exchanges. */
  busy: z.int(),
  /** Warm-up included: what processor time is divided by. */
  total: z.int(),
  p50Us: z.number(),
  p99Us: z.number(),
});

export type LoadResult = z.infer<typeof loadResult>;

/** What the proxy needs: its own server certificate, whom it lets in, and as whom it asks the source. */
export const proxyPlan = z.strictObject({
  server: credentials,
  source: z.strictObject({ url: z.url(), credentials }),
});

export const proxyReady = z.strictObject({ port: z.int() });
