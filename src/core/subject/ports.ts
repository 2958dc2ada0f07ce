/** Encryption under a key that stands outside the database; a ciphertext says which of them it is under. */
export interface KeyedCipher {
  /** AES-256-GCM under the current key; `context` is authenticated with it, so rows cannot be swapped. */
  encrypt(plaintext: string, context: string): Buffer;
  /** Throws when the ciphertext is not intact, stands in another context or is under a key that is retired. */
  decrypt(ciphertext: Buffer, context: string): string;
}

/** Keys that stand outside the database. Implemented in `crypto/`, used by `store/`. */
export interface IdentifierSecrets extends KeyedCipher {
  /**
   * HMAC-SHA-256 under the current lookup key: finds an identifier without storing it in clear. 32 bytes. `limit`: who
   * is counted by the limits; they begin anew when the key is replaced.
   */
  lookup(scheme: 'bsn' | 'skn' | 'case-reference' | 'limit', value: string): Buffer;
  /** The current one first, then under every other key by which it may have been stored while keys are replaced. */
  lookups(scheme: 'bsn' | 'skn' | 'case-reference', value: string): readonly Buffer[];
  /** Id of the key of `lookup`: stored beside it, so that what is under another is found again. */
  readonly lookupKey: string;
}

/** Openings of ledger commitments are encrypted under a key per subject, so that erasing is destroying a key. */
export interface SubjectCipher {
  /** A new random subject key, wrapped under the key-encryption key. */
  newKey(): Buffer;
  /** The wrapped key used for persons the gateway does not know; constant per gateway. */
  readonly dummyKey: Buffer;
  encrypt(wrappedKey: Buffer, plaintext: Buffer, context: string): Buffer;
  decrypt(wrappedKey: Buffer, ciphertext: Buffer, context: string): Buffer;
}
