import type { LedgerSigner } from '../core/ledger/ports.ts';

/**
 * Detached JWS (RFC 7515 appendix F) over the body of a webhook: `header..signature`. The header says for which
 * subscription it is and when it was sent, so that who overhears it cannot send it on to another.
 */
export function signEvent(
  signer: Pick<LedgerSigner, 'keyId' | 'sign'>,
  body: string,
  { subscription, at }: { readonly subscription: string; readonly at: Date },
): string {
  const iat = Math.floor(at.getTime() / 1_000);
  const header = encode(JSON.stringify({ alg: 'EdDSA', kid: signer.keyId, iat, subscription }));
  const signature = signer.sign(Buffer.from(`${header}.${encode(body)}`, 'ascii'));
  return `${header}..${signature.toString('base64url')}`;
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
