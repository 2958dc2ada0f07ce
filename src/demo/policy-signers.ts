import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { publicHalf } from '../crypto/detached-jws.ts';

/** Somebody who signs in the demo; the private key never leaves its process. */
export interface Signer {
  readonly name: string;
  readonly privateJwk: JWK;
  /** As it is registered. */
  readonly publicJwk: JWK;
}

/** Who may bring policies into force here, and every unit, which accepts them for itself. */
export interface PolicySigners {
  readonly approvers: readonly Signer[];
  readonly units: ReadonlyMap<string, Signer>;
}

const approverNames = ['A. de Boer (beleid)', 'S. Yilmaz (juridische zaken)'];

async function newSigner(name: string): Promise<Signer> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const privateJwk = await exportJWK(privateKey);
  return { name, privateJwk, publicJwk: { ...publicHalf(privateJwk), use: 'sig' } };
}

export async function policySigners(units: readonly string[]): Promise<PolicySigners> {
  const [approvers, owners] = await Promise.all([
    Promise.all(approverNames.map(newSigner)),
    Promise.all(units.map(newSigner)),
  ]);
  return { approvers, units: new Map(owners.map((signer) => [signer.name, signer])) };
}
