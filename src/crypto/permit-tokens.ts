import { type PermitClaims, type PermitToken, permitType, readPermit } from '../core/disclosure/permit-token.ts';
import type { PermitTokens } from '../core/disclosure/ports.ts';
import type { LedgerSigner } from '../core/ledger/ports.ts';
import { checkerOf } from './raw-key.ts';

type PermitSigner = Pick<LedgerSigner, 'keyId' | 'publicKey' | 'sign'>;

type PermitKey = Pick<LedgerSigner, 'keyId' | 'publicKey'>;

/**
 * Signs permits (compact JWS, EdDSA) by the key for what the gateway states outside the ledger.
 * @param published by which a permit that is out may be signed: a permit outlives the change of a key, and gateways change
 *   keys one after another
 */
export function permitTokens(
  signer: PermitSigner,
  gatewayOin: string,
  published: () => readonly PermitKey[] = () => [signer],
): PermitTokens {
  const issuer = `urn:nld:oin:${gatewayOin}`;
  return {
    issuer,
    sign(claims: PermitClaims): PermitToken {
      const signed = [{ typ: permitType, alg: 'EdDSA', kid: signer.keyId }, claims].map(encode).join('.');
      return { jws: `${signed}.${signer.sign(Buffer.from(signed, 'ascii')).toString('base64url')}`, claims };
    },
    read(jws) {
      const permit = readPermit(jws);
      const key = published().find(({ keyId }) => keyId === permit?.kid);
      if (permit === null || key === undefined || permit.claims.iss !== issuer) return null;
      const end = jws.lastIndexOf('.');
      const [signed, signature] = [jws.slice(0, end), jws.slice(end + 1)];
      const isOurs = checkerOf(key.publicKey)(Buffer.from(signed, 'ascii'), Buffer.from(signature, 'base64url'));
      return isOurs ? { jws, claims: permit.claims } : null;
    },
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
