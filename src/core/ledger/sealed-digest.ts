import { sha256, toBase64Url } from './encoding.ts';

/** What stays known of a stored opening when it is erased. */
export interface SealedName {
  readonly name: string;
  /** SHA-256 of the ciphertext, 32 bytes. */
  readonly digest: Buffer;
}

/**
 * `body.sealed`: base64url SHA-256 over name ‖ 0x00 ‖ digest of each stored opening, by the UTF-16 code
 * units of their names. Binds the ciphertexts to the leaf, so that nobody swaps or takes away one unseen.
 */
export function sealedDigest(openings: readonly SealedName[]): string {
  const sorted = openings.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return toBase64Url(sha256(...sorted.flatMap(({ name, digest }) => [name, '\0', digest])));
}
