import type { LedgerSigner } from '../core/ledger/ports.ts';
import type { User } from '../core/partner/partner.ts';

/** The life of a token that is used in the same breath. */
const lifeS = 60;

/**
 * A user token by the gateway itself, for somebody of a unit who decides at its pages: of the form that units sign for their
 * own systems, so that it is checked, kept and found as theirs are. Its `kid` says who signed.
 */
export function signUserToken(
  signer: Pick<LedgerSigner, 'keyId' | 'sign'>,
  {
    unit,
    audience,
    user,
    request,
    jti,
    now,
  }: {
    readonly unit: string;
    readonly audience: string;
    readonly user: Omit<User, 'token'>;
    /** `sha256:<hex>` of the call. */
    readonly request: string;
    readonly jti: string;
    readonly now: Date;
  },
): string {
  const nbf = Math.floor(now.getTime() / 1_000);
  const said = { iss: unit, aud: audience, sub: user.id, role: user.role, name: user.name, nbf, exp: nbf + lifeS };
  const header = encode({ alg: 'EdDSA', kid: signer.keyId, typ: 'JWT' });
  const signed = `${header}.${encode({ ...said, jti, digest: request })}`;
  return `${signed}.${signer.sign(Buffer.from(signed, 'ascii')).toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
