import type { TokenSigner } from './fresh-tokens.ts';
import type { Credentials } from './raw-connection.ts';

/** What the bench measures, and what it measures it with. */
export interface BenchWorld {
  /** Requests that the gateway brokers: each ends in one disclosure on record. */
  readonly gateway: {
    readonly url: string;
    readonly credentials: Credentials;
    readonly bodies: readonly string[];
    /** Absent: the bodies name nobody. */
    readonly signer?: TokenSigner;
    readonly expect: number;
    readonly pids: readonly number[];
  };
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
  /** With the right to create a table. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}
