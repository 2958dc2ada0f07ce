import type { TokenSigner } from './fresh-tokens.ts';
import type { Credentials } from './raw-connection.ts';

/** One partner's system, and what it asks. */
export interface Asking {
  readonly url: string;
  readonly credentials: Credentials;
  readonly bodies: readonly string[];
  /** Absent: the bodies name nobody. */
  readonly signer?: TokenSigner;
  readonly expect: number;
}

/** What the bench measures, and what it measures it with. */
export interface BenchWorld {
  /** Requests that the gateway brokers: each ends in one disclosure on record. */
  readonly gateway: Asking & { readonly pids: readonly number[] };
  /** The same questions of a unit with an encryption key: each answer is sealed to it. */
  readonly sealed: Asking;
  /** The source behind it, as the gateway asks it. */
  readonly source: {
    readonly url: string;
    readonly credentials: Credentials;
    readonly bodies: readonly string[];
    readonly expect: number;
  };
  /** With which the bare proxy presents itself to the same client. */
  readonly proxy: Credentials;
  /** For plans, which hold keys; goes when the world stops. */
  readonly folder: string;
  /** With the right to create a table and a database. */
  readonly databaseUrl: string;
  /** Puts so many requests on record that wait for people, each with a deadline and a moment to be looked at. */
  fillWaiting(count: number): Promise<void>;
  stop(): Promise<void>;
}
