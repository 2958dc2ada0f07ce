import { z } from 'zod';

const credentials = z.strictObject({ cert: z.string(), key: z.string() });

/** What one load of new connections does; handed over in a file, because it holds a key. */
export const connectPlan = z.strictObject({
  url: z.url(),
  credentials,
  /** Each opens a connection, asks once, closes it and begins again. */
  clients: z.int().min(1).max(256),
  warmUpMs: z.int().min(0).max(60_000),
  measureMs: z.int().min(10).max(600_000),
  /** Whether a client shows the ticket of its last session. */
  resume: z.boolean(),
  /** The only status that counts; any other ends the run as a failure. */
  expect: z.int(),
});

export type ConnectPlan = z.infer<typeof connectPlan>;

export const connectResult = z.strictObject({
  /** Within the measured time. */
  connections: z.int(),
  measuredMs: z.number(),
  /** Warm-up included: what processor time is divided by. */
  total: z.int(),
  /** Of the total, how many took up an earlier session. */
  resumed: z.int(),
  /** Of the generator itself, for each: near the servers' own it is the generator that is measured. */
  cpuUs: z.number(),
  p50Us: z.number(),
  p99Us: z.number(),
});

export type ConnectResult = z.infer<typeof connectResult>;

/** What the bare server needs. */
export const plainPlan = z.strictObject({
  certificateFile: z.string(),
  keyFile: z.string(),
  caFile: z.string(),
  crlFile: z.string(),
});

export const plainReady = z.strictObject({ port: z.int() });
