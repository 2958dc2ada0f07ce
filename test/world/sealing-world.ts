import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { JWK } from 'jose';
import type { PublishedKey } from 'sluis/client';
import type { UnitId } from '../../src/core/brand.ts';
import type { SealedQuestion } from '../../src/core/disclosure/ports.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import { permitTokens } from '../../src/crypto/permit-tokens.ts';
import { type Credentials, createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { type EncryptionPair, encryptionPair, forgeProof } from './encryption-keys.ts';
import { newSigner } from './ledger-keys.ts';
import { type MemoryWorld, memoryWorld } from './memory-world.ts';
import { detain, planFields, units } from './personas.ts';
import { shippedSet } from './shipped-set.ts';
import { withObligations } from './with-obligations.ts';

export const gatewayOin = '00000099000000009000';

/** A municipality with a key that it signed, a prison that can seal, and a policy under which it must. */
export interface SealingWorld {
  readonly world: MemoryWorld;
  readonly set: PolicySet;
  readonly recipient: Unit;
  readonly pair: EncryptionPair;
  readonly authority: DemoAuthority;
  readonly anchors: string;
  /** Revocation lists of both authorities, in PEM. */
  readonly crls: string;
  /** As the gateway publishes them. */
  readonly gatewayKeys: { readonly keys: readonly PublishedKey[] };
  readonly credentials: Credentials;
  proofFor(pair: EncryptionPair, by?: Credentials, oin?: string): string;
  issue(name: string, oin: string): Promise<Credentials>;
  privateJwk(pair: EncryptionPair): JWK;
}

export async function sealingWorld(
  directory: string,
  change: { readonly source?: Partial<Unit>; readonly keys?: 'proven' | 'unproven' | 'none' } = {},
): Promise<SealingWorld> {
  const authority = await createAuthority(directory);
  const [found] = units.filter(({ id }) => id === 'gemeente');
  if (found === undefined) throw new Error('no municipality');
  const { oin } = found.organisation;
  const credentials = await authority.issueClient({ name: 'gemeente', oin });
  const pair = encryptionPair('EC');
  const proofFor = (key: EncryptionPair, by = credentials, number: string = oin): string => {
    const path = [...by.certificate.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
      ([block]) => new X509Certificate(block).raw,
    );
    // Long since in force, so that a clock that is a minute behind finds the key too.
    const nbf = Math.floor(Date.now() / 1_000) - 3_600;
    const claims = { nbf, exp: Date.parse(new X509Certificate(by.certificate).validTo) / 1_000 };
    return forgeProof({ jwk: key.jwk, unit: 'gemeente', oin: number, path, key: createPrivateKey(by.key), claims });
  };
  const proven = { jwk: pair.jwk, proof: change.keys === 'unproven' ? null : proofFor(pair) };
  const recipient: Unit = { ...found, encryptionKeys: change.keys === 'none' ? null : [proven] };
  const set = shippedSet();
  const own = units.map((unit) => {
    if (unit.id === 'gemeente') return recipient;
    return unit.id === 'pi' ? { ...sealing(unit), ...change.source } : unit;
  });
  const world = memoryWorld(set, own);
  world.nowMs = Date.now();
  const signer = newSigner();
  Object.assign(world.ports, { permits: permitTokens(signer, gatewayOin) });
  await detain(world.ports, () => world.call('pi'));
  world.bound.set('pi' as UnitId, withObligations(set, 'plan-basic-conditions', { seal: 'end-to-end' }));
  return {
    world,
    set,
    recipient,
    pair,
    authority,
    anchors: authority.ca,
    crls: await authority.writeCrls(),
    gatewayKeys: { keys: [{ ...signer.jwk, kid: signer.keyId, sluis_use: 'answers' } as PublishedKey] },
    credentials,
    proofFor,
    issue: (name, number) => authority.issueClient({ name, oin: number }),
    privateJwk: ({ privateKey }) => privateKey.export({ format: 'jwk' }) as JWK,
  };
}

function sealing(unit: Unit): Unit {
  if (unit.connector?.type !== 'http') throw new Error('no connector');
  const fields = Object.fromEntries(planFields.map((field) => [field, '/x']));
  return { ...unit, connector: { ...unit.connector, answers: 'sealed', fields } };
}

/** What a source gives `answerSealed` for one question. */
export function sealedOptions({ anchors, crls, gatewayKeys }: SealingWorld, question: SealedQuestion, data: object) {
  const { permit, recipientKey, request } = question;
  return {
    permit: permit.jws,
    recipientKey: { jwk: { ...recipientKey.jwk } as JWK, proof: recipientKey.proof },
    request,
    unit: 'pi',
    data: data as Readonly<Record<string, unknown>>,
    anchors,
    crls,
    recipients: 'any' as const,
    gatewayKeys,
    gatewayOin,
  };
}
