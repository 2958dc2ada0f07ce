/** Keys that stand outside the database. Implemented in `crypto/`, used by `store/`. */
export interface IdentifierSecrets {
  /** HMAC-SHA-256 under the lookup key: finds an identifier without storing it in clear. 32 bytes. */
  lookup(scheme: 'bsn' | 'skn', value: string): Buffer;
  /** AES-256-GCM under the data key; `context` is authenticated with it, so rows cannot be swapped. */
  encrypt(plaintext: string, context: string): Buffer;
  /** Throws when the ciphertext is not intact or stands in another context. */
  decrypt(ciphertext: Buffer, context: string): string;
}

/** Openings of ledger commitments are encrypted under a key per subject, so that erasing is destroying a key. */
export interface SubjectCipher {
  /** A new random subject key, wrapped under the key-encryption key. */
  newKey(): Buffer;
  /** The wrapped key used for persons the gateway does not know; constant per gateway. */
  readonly dummyKey: Buffer;
  encrypt(wrappedKey: Buffer, plaintext: string, context: string): Buffer;
  decrypt(wrappedKey: Buffer, ciphertext: Buffer, context: string): string;
}
