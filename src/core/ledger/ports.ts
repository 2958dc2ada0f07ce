import type { Mark } from './mark.ts';

/** Ed25519 keys of the ledger, outside the database. Implemented in `crypto/`. */
export interface LedgerSigner {
  /** RFC 7638 thumbprint: the key's id in the registry and the JWKS. */
  readonly keyId: string;
  /** Raw public key, 32 bytes. */
  readonly publicKey: Buffer;
  /** Public JWK, for the key registry. */
  readonly jwk: Readonly<Record<string, unknown>>;
  /** 64-byte signature. */
  sign(message: Buffer): Buffer;
}

/**
 * The last signed checkpoint, outside the database: what is signed next must be consistent with it.
 * `swap` is atomic: it succeeds for exactly one successor of `expected`.
 */
export interface CheckpointStore {
  read(): Promise<string | null>;
  /** Durable when it resolves true; false when the stored note is not `expected` any more. */
  swap(expected: string | null, next: string): Promise<boolean>;
}

/**
 * The last signed head of each instance, outside the database, so that a flush that is taken away shows.
 * Written before anybody is told that the flush is durable.
 */
export interface MarkStore {
  /** Survives the end of this process when it returns; throws when it could not be written. */
  write(mark: Mark): void;
}

export type RandomBytes = (length: number) => Buffer;

/** Ed25519 verification with one public key: a calculation, handed in where the primitive is at hand. */
export type CheckSignature = (message: Buffer, signature: Buffer) => boolean;

/** Public keys that a verifier trusts, by key id (RFC 7638 thumbprint). */
export type KeyRing = ReadonlyMap<string, CheckSignature>;
