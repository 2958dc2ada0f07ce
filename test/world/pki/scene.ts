import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPem } from '../../../src/crypto/path/pem-blocks.ts';
import { loadTrust, type Trust } from '../../../src/crypto/trust.ts';
import {
  type CertificatePlan,
  certify,
  clientAuth,
  extensions,
  type ListPlan,
  listExtensions,
  listOf,
  type Rdns,
  types,
  uses,
} from './certify.ts';
import { type Keys, keysOf } from './keys.ts';

/** What somebody presents, and what the gateway rests on when it judges that. */
export interface Scene {
  readonly leaf: Buffer;
  readonly chain: readonly Buffer[];
  readonly cas: readonly Buffer[];
  readonly lists: readonly Buffer[];
  readonly policies: readonly string[];
  /** The same as the last, with the leaf's private key, for those that go over TLS. */
  readonly leafKeys: Keys;
}

export interface SceneChanges {
  readonly root?: Partial<CertificatePlan>;
  readonly issuing?: Partial<CertificatePlan>;
  readonly leaf?: Partial<CertificatePlan>;
  readonly rootList?: Partial<ListPlan> | null;
  readonly issuingList?: Partial<ListPlan> | null;
  /** What is done to the bytes at the end. */
  readonly spoilLeaf?: (der: Buffer) => Buffer;
  readonly spoilIssuingList?: (der: Buffer) => Buffer;
  readonly moreLists?: readonly Buffer[];
  readonly chain?: readonly Buffer[];
  readonly policies?: readonly string[];
}

export const testOin = '00000099000000001000';
const day = 86_400_000;
export const daysAway = (days: number): Date => new Date(Math.floor(Date.now() / 1_000) * 1_000 + days * day);

export const caName = (name: string): Rdns => [[[types.C, 'NL']], [[types.O, 'Proef']], [[types.CN, name]]];
export const rootName = caName('Proef root');
export const issuingName = caName('Proef issuing CA');
export const leafName = (...more: Rdns): Rdns => [[[types.C, 'NL']], [[types.CN, 'systeem']], ...more];
const oinName: Rdns = leafName([[types.serialNumber, testOin]]);

/** A root, an issuing CA, a client and both lists, all good but for the changes that are asked for. */
export function scene(changes: SceneChanges = {}): Scene {
  const root = caPlan(rootName, keysOf('p256:root'), null, changes.root);
  const issuing = caPlan(issuingName, keysOf('p256:issuing'), root, changes.issuing, 0);
  const leaf = leafPlan(issuing, changes.leaf);
  const der = certify(leaf);
  const list = certifyList(issuing, changes.issuingList);
  return {
    leaf: changes.spoilLeaf?.(der) ?? der,
    chain: changes.chain ?? [certify(issuing)],
    cas: [certify(root), certify(issuing)],
    lists: [
      ...certifyList(root, changes.rootList),
      ...list.map((one) => changes.spoilIssuingList?.(one) ?? one),
      ...(changes.moreLists ?? []),
    ],
    policies: changes.policies ?? [],
    leafKeys: leaf.keys,
  };
}

/** A CA below `above`, or signed by itself; `changes.extensions` are laid over what a good one has. */
export function caPlan(
  name: Rdns,
  keys: Keys,
  above: CertificatePlan | null,
  changes: Partial<CertificatePlan> = {},
  pathLength?: number,
): CertificatePlan {
  const own = changes.keys ?? keys;
  const signer = above?.keys ?? own;
  return {
    subject: name,
    issuer: above?.subject ?? changes.subject ?? name,
    keys: own,
    signer,
    algorithm: 'ecdsa-sha256',
    serial: '1234',
    notBefore: daysAway(-100),
    notAfter: daysAway(1_000),
    ...changes,
    extensions: {
      basicConstraints: extensions.basicConstraints(true, pathLength),
      keyUsage: extensions.keyUsage(uses.keyCertSign, uses.cRLSign),
      subjectKey: extensions.subjectKey(own),
      authorityKey: extensions.authorityKey(signer),
      ...changes.extensions,
    },
  };
}

export function leafPlan(above: CertificatePlan, changes: Partial<CertificatePlan> = {}): CertificatePlan {
  const keys = changes.keys ?? keysOf('p256:leaf');
  return {
    subject: oinName,
    issuer: above.subject,
    keys,
    signer: above.keys,
    algorithm: 'ecdsa-sha256',
    serial: '777777',
    notBefore: daysAway(-10),
    notAfter: daysAway(100),
    ...changes,
    extensions: {
      basicConstraints: extensions.basicConstraints(false),
      keyUsage: extensions.keyUsage(uses.digitalSignature),
      extendedKeyUsage: extensions.extendedKeyUsage(clientAuth),
      subjectKey: extensions.subjectKey(keys),
      authorityKey: extensions.authorityKey(above.keys),
      ...changes.extensions,
    },
  };
}

/** The list of a CA; null gives none. */
export function certifyList(ca: CertificatePlan, changes: Partial<ListPlan> | null = {}): Buffer[] {
  if (changes === null) return [];
  const plan: ListPlan = {
    issuer: ca.subject,
    signer: ca.keys,
    algorithm: 'ecdsa-sha256',
    thisUpdate: daysAway(-1),
    nextUpdate: daysAway(6),
    revoked: [{ serial: 'abcdef' }],
    ...changes,
    extensions: {
      authorityKey: extensions.authorityKey(ca.keys),
      number: listExtensions.number(7),
      ...changes.extensions,
    },
  };
  return [listOf(plan)];
}

/** Another hierarchy that is always good, so that a bad one closes its own clients only and nothing stops the start. */
export function bystander(): { readonly ca: Buffer; readonly list: Buffer } {
  const plan = caPlan(caName('Elders root'), keysOf('p256:bystander'), null);
  return { ca: certify(plan), list: Buffer.concat(certifyList(plan)) };
}

/** Trust in the scene's CAs and lists, beside an authority that has nothing to do with it. */
export function trustIn({ cas, lists, policies }: Pick<Scene, 'cas' | 'lists' | 'policies'>): Trust {
  const { ca, list } = bystander();
  const folder = mkdtempSync(join(tmpdir(), 'sluis-pki-'));
  try {
    const write = (label: string, kind: string, all: readonly Buffer[]) =>
      all.map((der, index) => {
        const path = join(folder, `${kind}-${index}.pem`);
        writeFileSync(path, toPem(der, label));
        return path;
      });
    return loadTrust(
      { caFiles: write('CERTIFICATE', 'ca', [...cas, ca]), crlFiles: write('X509 CRL', 'crl', [...lists, list]) },
      { environment: 'production', now: new Date(), policies },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
