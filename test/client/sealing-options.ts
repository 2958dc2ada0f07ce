import { randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import type { AnswerSealedOptions } from 'sluis/client';
import { jwkThumbprint } from '../../src/core/partner/jwk-thumbprint.ts';
import { toPem } from '../../src/crypto/path/pem-blocks.ts';
import { permitTokens } from '../../src/crypto/permit-tokens.ts';
import { encryptionPair, forgeProof } from '../world/encryption-keys.ts';
import { newSigner } from '../world/ledger-keys.ts';
import { type Scene, testOin } from '../world/pki/scene.ts';

const gatewayOin = '00000099000000009000';
const signer = newSigner();
const gatewayKeys = { keys: [{ ...signer.jwk, kid: signer.keyId, sluis_use: 'answers' }] };
const pair = encryptionPair();
const request = '01890a5d-ac96-774b-bcce-b302099a8057';

/** Who stands before the source, and what is said of those above it. */
export type Met = Omit<Scene, 'policies'>;

/** What stands in place of a key and its proof as they should be. */
export interface Proven {
  readonly jwk?: JWK;
  readonly claims?: object;
  readonly spell?: (proof: string) => string;
}

const certificates = (ders: readonly Buffer[]) => ders.map((der) => toPem(der, 'CERTIFICATE')).join('');
const lists = (ders: readonly Buffer[]) => ders.map((der) => toPem(der, 'X509 CRL')).join('');

/** What a source gives for a permit to whoever stands in the scene, under the root alone. */
export function options(met: Met, more: object = {}, proven: Proven = {}): AnswerSealedOptions {
  const { leaf, chain, cas, leafKeys } = met;
  const { jwk = { ...pair.jwk } as JWK, claims: said = {}, spell = (proof: string) => proof } = proven;
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    ...{ iss: `urn:nld:oin:${gatewayOin}`, aud: 'bron', jti: randomUUID(), request, purpose: 'plan-basic-conditions' },
    ...{ recipient: { unit: 'college', oin: testOin }, fields: { identity: ['identity.surname'] } },
    ...{ key: jwkThumbprint(jwk as never), iat: now, nbf: now, exp: now + 300 },
  };
  const { jws } = permitTokens(signer, gatewayOin).sign(claims as never);
  const plan = { jwk, unit: 'college', oin: testOin, path: [leaf, ...chain], key: leafKeys.privateKey, claims: said };
  const recipientKey = { jwk, proof: spell(forgeProof(plan)) };
  const whose = { permit: jws, recipientKey, request, unit: 'bron', recipients: 'any' as const };
  const trust = { gatewayKeys, gatewayOin, anchors: certificates(cas.slice(0, 1)), crls: lists(met.lists) };
  return { ...whose, data: { 'identity.surname': 'Ebbink' }, ...trust, ...more } as AnswerSealedOptions;
}
