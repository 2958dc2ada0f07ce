import type { SigningKey } from '../partner/signing-key.ts';

/**
 * - `malformed`: not a detached JWS in its one spelling, or with a header that is not read here
 * - `wrong-algorithm`: signed by another algorithm than this kind of key is used with
 * - `does-not-match`: not this key's signature over this text
 */
export type SignatureProblem = 'malformed' | 'wrong-algorithm' | 'does-not-match';

export type CheckedSignature =
  | {
      readonly ok: true;
      /** RFC 7638 thumbprint of the key. */
      readonly thumbprint: string;
      /** The same for the same signature in whatever spelling: what is used once is known by this. */
      readonly mark: string;
    }
  | { readonly ok: false; readonly problem: SignatureProblem };

/** Detached JWS over a text. What is wrong with a signature is an answer, never an exception. */
export type SignatureCheck = (text: string, signature: string, key: SigningKey) => Promise<CheckedSignature>;
