import { createPrivateKey, X509Certificate } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { partnersFile } from '../../../src/core/partner/partners-file.ts';
import { agreeOnPolicies } from '../../../src/demo/agree-on-policies.ts';
import type { Credentials } from '../../../src/demo/authority.ts';
import { type PartnerClient, partnerClient } from '../../../src/demo/partner-client.ts';
import { type DemoUnit, demoPartners, demoUnits } from '../../../src/demo/partners.ts';
import { type PolicySigners, policySigners } from '../../../src/demo/policy-signers.ts';
import { userSigner, type World } from '../../../src/demo/world.ts';
import { applyPartners } from '../../../src/store/partners.ts';
import { type Chain, eventually, useChain } from '../../world/chain.ts';
import { type EncryptionPair, encryptionPair, forgeProof } from '../../world/encryption-keys.ts';
import { plentyLimits } from '../../world/plenty-limits.ts';

/** A running chain with more units than the demo has, and with keys that its recipients signed. */
export interface WiderChain extends Chain {
  credentialsOf(unit: string): Credentials;
  /** By what a unit signs for its people. */
  readonly signers: PolicySigners;
  /** With which a recipient opens what was sealed to it. */
  pairOf(unit: string): EncryptionPair;
}

export interface Widening {
  /** Beside those of the demo, at least one: once it comes in, the gateway has the rest too. */
  readonly units: readonly DemoUnit[];
  /** Which get a key that they signed with their own certificate. */
  readonly recipients: readonly string[];
  /** What of a partners file is otherwise than in the demo, by unit. */
  readonly changes?: (chain: WiderChain) => Promise<Readonly<Record<string, object>>>;
}

const policies = fileURLToPath(new URL('../../../policies', import.meta.url));

/** Starts one gateway, and brings in what a file needs beside the demo: each unit accepts the policies itself. */
export function useWiderChain(widening: Widening): () => WiderChain {
  const chain = useChain({ env: plentyLimits });
  const clients: PartnerClient[] = [];
  let wider: WiderChain | undefined;
  beforeAll(async () => {
    const { world, owner } = chain();
    const own = await policySigners(widening.units.map(({ id }) => id));
    const signers = { ...world.signers, units: new Map([...world.signers.units, ...own.units]) };
    const credentials = await certify(world, widening.units);
    const credentialsOf = (unit: string) => found(credentials, unit);
    const pairs = new Map(widening.recipients.map((unit) => [unit, encryptionPair()]));
    const client = (unit: string): PartnerClient => {
      if (world.credentials.has(unit)) return chain().client(unit);
      const files = { ...credentialsOf(unit), caFile: world.authority.caFile };
      const made = partnerClient(world.gateways[0]?.ready.partnerUrl ?? '', files, userSigner(signers, unit));
      clients.push(made);
      return made;
    };
    wider = { ...chain(), client, credentialsOf, signers, pairOf: (unit) => found(pairs, unit) };
    await applyPartners(owner, await writtenFor(wider, widening, credentials));
    await agreeOnPolicies(world.database, world.dataDir, policies, { ...signers, units: own.units });
    for (const { id } of widening.units) {
      await eventually(async () => ((await client(id).get('/v1/events')).status === 200 ? true : null));
    }
  }, 120_000);
  afterAll(() => {
    for (const each of clients) each.close();
  });
  return () => {
    if (wider === undefined) throw new Error('the chain is used in tests, after it started');
    return wider;
  };
}

function found<T>(all: ReadonlyMap<string, T>, unit: string): T {
  const one = all.get(unit);
  if (one === undefined) throw new RangeError(`${unit} has none here`);
  return one;
}

async function certify(world: World, units: readonly DemoUnit[]): Promise<ReadonlyMap<string, Credentials>> {
  const made = new Map(world.credentials);
  for (const { id, oin } of units) made.set(id, await world.authority.issueClient({ name: id, oin }));
  return made;
}

/** As a partners file that two people approved. */
async function writtenFor(
  chain: WiderChain,
  { units, recipients, changes }: Widening,
  credentials: ReadonlyMap<string, Credentials>,
) {
  const { world, signers } = chain;
  const changed = (await changes?.(chain)) ?? {};
  const thumbprints = new Map([...credentials].map(([id, { thumbprint }]) => [id, thumbprint]));
  const signingKeys = new Map([...signers.units].map(([id, { publicJwk }]) => [id, publicJwk]));
  const webhooks = new Map([['gemeente-zwolle', world.receiver.host]]);
  const ofDemo = demoPartners({ thumbprints, sources: world.sources, signingKeys, webhooks }).organisations;
  const more = units.map(({ oin, organisation, id, name, kind }) => ({
    oin,
    name: organisation,
    units: [{ id, name, kind, thumbprints: [thumbprints.get(id)], signingKeys: [signingKeys.get(id)] }],
  }));
  const organisations = [...ofDemo, ...more].map((organisation) => ({
    ...organisation,
    units: organisation.units.map((unit) => ({
      ...unit,
      ...(recipients.includes(unit.id) ? { encryptionKeys: [provenKey(chain, unit.id, organisation.oin)] } : {}),
      ...changed[unit.id],
    })),
  }));
  return partnersFile.parse(JSON.parse(JSON.stringify({ organisations })));
}

/** A key with what the recipient signed about it, so that a source can check whose it is. */
function provenKey(chain: WiderChain, unit: string, oin: string) {
  const { certificate, key } = chain.credentialsOf(unit);
  const { jwk } = chain.pairOf(unit);
  const blocks = certificate.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  const path = [...blocks].map(([block]) => new X509Certificate(block).raw);
  const claims = { exp: Date.parse(new X509Certificate(certificate).validTo) / 1_000 };
  return { jwk, proof: forgeProof({ jwk, unit, oin, path, key: createPrivateKey(key), claims }) };
}

/** The number of the organisation that a unit of the demo is of. */
export function oinOf(unit: string): string {
  const one = demoUnits.find(({ id }) => id === unit);
  if (one === undefined) throw new RangeError(`${unit} is not of the demo`);
  return one.oin;
}
