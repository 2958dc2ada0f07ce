import { bits, context, element, integer, octets, oid, sequence, set, time, truth, whole } from './der-write.ts';
import { type AlgorithmName, algorithms, type Keys, keyIdOf, signed, spkiOf } from './keys.ts';

/** One attribute: its type, its text or bytes, and which kind of string; PrintableString when not said. */
export type Attribute = readonly [type: string, value: string | Buffer, tag?: number];
/** Each inner list is one RDN. */
export type Rdns = readonly (readonly Attribute[])[];

export const types = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  email: '1.2.840.113549.1.9.1',
};

function nameOf(rdns: Rdns): Buffer {
  const attribute = ([type, value, tag = 0x13]: Attribute): Buffer =>
    sequence(oid(type), element(tag, typeof value === 'string' ? Buffer.from(value, 'latin1') : value));
  return sequence(...rdns.map((rdn) => set(...rdn.map(attribute))));
}

export function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(oid(id), ...(critical ? [truth(true)] : []), octets(value));
}

export const clientAuth = '1.3.6.1.5.5.7.3.2';
export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const uses = { digitalSignature: 0, nonRepudiation: 1, keyAgreement: 4, keyCertSign: 5, cRLSign: 6 };

export const extensions = {
  basicConstraints: (ca: boolean, pathLength?: number, critical = true) =>
    extension(
      '2.5.29.19',
      critical,
      sequence(...(ca ? [truth(true)] : []), ...(pathLength === undefined ? [] : [whole(pathLength)])),
    ),
  keyUsage: (...places: readonly number[]) => extension('2.5.29.15', true, bits(...places)),
  extendedKeyUsage: (...usages: readonly string[]) => extension('2.5.29.37', false, sequence(...usages.map(oid))),
  subjectKey: (keys: Keys, critical = false) => extension('2.5.29.14', critical, octets(keyIdOf(keys))),
  authorityKey: (keys: Keys, critical = false) =>
    extension('2.5.29.35', critical, sequence(context(0, false, keyIdOf(keys)))),
  alternativeNames: (critical: boolean, ...names: readonly Buffer[]) =>
    extension('2.5.29.17', critical, sequence(...names)),
  nameConstraints: (permitted: readonly Buffer[], excluded: readonly Buffer[] = []) =>
    extension(
      '2.5.29.30',
      true,
      sequence(
        ...[permitted, excluded].flatMap((bases, n) => (bases.length === 0 ? [] : [context(n, true, ...bases)])),
      ),
    ),
  policies: (...policies: readonly string[]) =>
    extension('2.5.29.32', false, sequence(...policies.map((policy) => sequence(oid(policy))))),
  policyConstraints: (explicit: number) =>
    extension('2.5.29.36', true, sequence(context(0, false, Buffer.from([explicit])))),
  inhibitAnyPolicy: (depth: number) => extension('2.5.29.54', true, whole(depth)),
  policyMappings: (from: string, to: string) => extension('2.5.29.33', true, sequence(sequence(oid(from), oid(to)))),
  listsAt: (address: string) =>
    extension('2.5.29.31', false, sequence(sequence(context(0, true, context(0, true, generalNames.uri(address)))))),
};

export const generalNames = {
  email: (text: string) => context(1, false, Buffer.from(text)),
  dns: (text: string) => context(2, false, Buffer.from(text)),
  directory: (rdns: Rdns) => context(4, true, nameOf(rdns)),
  uri: (text: string) => context(6, false, Buffer.from(text)),
  ip: (...bytes: readonly number[]) => context(7, false, Buffer.from(bytes)),
  registered: (id: string) => context(8, false, oid(id).subarray(2)),
};

/** A base of a name constraint. */
export const subtree = (name: Buffer): Buffer => sequence(name);

export interface CertificatePlan {
  readonly subject: Rdns;
  readonly issuer: Rdns;
  readonly keys: Keys;
  readonly signer: Keys;
  readonly algorithm: AlgorithmName;
  /** In the body; the same as outside unless it is said otherwise. */
  readonly innerAlgorithm?: AlgorithmName;
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** In the order in which they stand; null leaves one out. */
  readonly extensions: Readonly<Record<string, Buffer | null>>;
  /** Version 3 when not said; null writes none, which is version 1. */
  readonly version?: number | null;
  /** A subject in other bytes than a name has. */
  readonly subjectBytes?: Buffer;
}

export function certify(plan: CertificatePlan): Buffer {
  const { version = 2 } = plan;
  const all = Object.values(plan.extensions).filter((one) => one !== null);
  const body = sequence(
    ...(version === null ? [] : [context(0, true, whole(version))]),
    integer(plan.serial),
    algorithms[plan.innerAlgorithm ?? plan.algorithm].identifier,
    nameOf(plan.issuer),
    sequence(time(plan.notBefore), time(plan.notAfter)),
    plan.subjectBytes ?? nameOf(plan.subject),
    spkiOf(plan.keys),
    ...(all.length === 0 ? [] : [context(3, true, sequence(...all))]),
  );
  return signed(body, plan.algorithm, plan.signer);
}

export interface ListPlan {
  readonly issuer: Rdns;
  readonly signer: Keys;
  readonly algorithm: AlgorithmName;
  readonly thisUpdate: Date;
  /** null: none. */
  readonly nextUpdate: Date | null;
  readonly revoked: readonly { readonly serial: string; readonly extensions?: readonly Buffer[] }[];
  readonly extensions: Readonly<Record<string, Buffer | null>>;
}

export function listOf(plan: ListPlan): Buffer {
  const all = Object.values(plan.extensions).filter((one) => one !== null);
  const entries = plan.revoked.map(({ serial, extensions: own = [] }) =>
    sequence(integer(serial), time(plan.thisUpdate), ...(own.length === 0 ? [] : [sequence(...own)])),
  );
  const body = sequence(
    whole(1),
    algorithms[plan.algorithm].identifier,
    nameOf(plan.issuer),
    time(plan.thisUpdate),
    ...(plan.nextUpdate === null ? [] : [time(plan.nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(Buffer.concat(entries))]),
    ...(all.length === 0 ? [] : [context(0, true, sequence(...all))]),
  );
  return signed(body, plan.algorithm, plan.signer);
}

export const listExtensions = {
  number: (value: number) => extension('2.5.29.20', false, whole(value)),
  delta: (base: number, critical = true) => extension('2.5.29.27', critical, whole(base)),
  scope: (...members: readonly Buffer[]) => extension('2.5.29.28', true, sequence(...members)),
};

export const scopes = {
  at: (address: string) => context(0, true, context(0, true, generalNames.uri(address))),
  onlyUser: context(1, false, Buffer.from([0xff])),
  onlyCa: context(2, false, Buffer.from([0xff])),
  someReasons: context(3, false, Buffer.from([0x06, 0x40])),
  indirect: context(4, false, Buffer.from([0xff])),
  onlyAttribute: context(5, false, Buffer.from([0xff])),
};

/** Why a certificate stands on a list. */
export const reason = (code: number): Buffer => extension('2.5.29.21', false, element(0x0a, Buffer.from([code])));
