import {
  type Der,
  DerError,
  derItems,
  inside,
  readBits,
  readBoolean,
  readDer,
  readOid,
  readSmallNumber,
  tags,
} from './der.ts';
import { type GeneralName, readGeneralName, readGeneralNames } from './distinguished-name.ts';

export interface Subtree {
  readonly base: GeneralName;
  /** Whether it has a minimum or maximum, which no profile uses. */
  readonly bounded: boolean;
}

export interface CertificateExtensions {
  readonly ca: { readonly pathLength: number | null; readonly critical: boolean } | null;
  /** A path length where there is no CA. */
  readonly strayPathLength: boolean;
  readonly keyUsage: ReadonlySet<number> | null;
  readonly extendedKeyUsage: readonly string[] | null;
  readonly purposesCritical: boolean;
  readonly subjectKey: string | null;
  readonly authorityKey: {
    readonly key: string | null;
    readonly serial: string | null;
    readonly issuers: readonly GeneralName[];
  } | null;
  /** Subject alternative names. */
  readonly names: readonly GeneralName[] | null;
  readonly namesCritical: boolean;
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
  readonly policies: readonly string[] | null;
  /** Issuer's policies that are mapped to others; null in the list where one of the two is `anyPolicy`. */
  readonly mapped: readonly (string | null)[];
  readonly requireExplicitPolicy: number | null;
  readonly inhibitAnyPolicy: number | null;
  /** Hexadecimal DER of every name where a revocation list for this certificate may be found. */
  readonly listNames: readonly string[];
  /** A critical extension that is not known here, or one that may not be critical and is. */
  readonly unknownCritical: boolean;
}

type Draft = { -readonly [member in keyof CertificateExtensions]: CertificateExtensions[member] };
type Reader = (value: Buffer, critical: boolean, into: Draft) => void;

export const anyPolicy = '2.5.29.32.0';

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['2.5.29.14', readSubjectKey],
  ['2.5.29.15', readKeyUsage],
  ['2.5.29.17', readAlternativeNames],
  ['2.5.29.19', readBasicConstraints],
  ['2.5.29.30', readNameConstraints],
  ['2.5.29.31', readDistributionPoints],
  ['2.5.29.32', readPolicies],
  ['2.5.29.33', readMappings],
  ['2.5.29.35', readAuthorityKey],
  ['2.5.29.36', readPolicyConstraints],
  ['2.5.29.37', readExtendedKeyUsage],
  ['2.5.29.54', readInhibitAnyPolicy],
]);

/** Reads `Extensions`, each at most once. Throws `DerError` where one that is known is not of its form. */
export function readExtensions(item: Der): CertificateExtensions & { readonly all: ReadonlySet<string> } {
  const found: Draft = {
    ca: null,
    strayPathLength: false,
    keyUsage: null,
    extendedKeyUsage: null,
    purposesCritical: false,
    subjectKey: null,
    authorityKey: null,
    names: null,
    namesCritical: false,
    permitted: [],
    excluded: [],
    policies: null,
    mapped: [],
    requireExplicitPolicy: null,
    inhibitAnyPolicy: null,
    listNames: [],
    unknownCritical: false,
  };
  const all = new Set<string>();
  for (const { oid, critical, value } of extensionsIn(item)) {
    if (all.has(oid)) throw new DerError('extensions: one of them stands twice');
    all.add(oid);
    const read = readers.get(oid);
    if (read === undefined) found.unknownCritical ||= critical;
    else read(value, critical, found);
  }
  return { ...found, all };
}

export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Of certificates, revocation lists and their entries alike. Throws `DerError`. */
export function extensionsIn(item: Der): RawExtension[] {
  return inside(item, tags.sequence, 'extensions').map((extension) => {
    const [type, ...rest] = inside(extension, tags.sequence, 'extension');
    const flag = rest.length === 2 ? rest[0] : undefined;
    const value = rest.at(-1);
    if (rest.length > 2 || value?.tag !== tags.octetString) throw new DerError('extension: is not one');
    return {
      oid: readOid(type, 'extension'),
      critical: flag !== undefined && readBoolean(flag, 'extension'),
      value: value.value,
    };
  });
}

function readSubjectKey(value: Buffer, critical: boolean, into: Draft): void {
  into.subjectKey = readDer(value, tags.octetString, 'subjectKeyIdentifier').value.toString('hex');
  into.unknownCritical ||= critical;
}

function readKeyUsage(value: Buffer, _critical: boolean, into: Draft): void {
  into.keyUsage = readBits(readDer(value, tags.bitString, 'keyUsage'), 'keyUsage');
}

function readAuthorityKey(value: Buffer, critical: boolean, into: Draft): void {
  const members = inside(
    readDer(value, tags.sequence, 'authorityKeyIdentifier'),
    tags.sequence,
    'authorityKeyIdentifier',
  );
  const [key, issuers, serial] = onlyTags(members, [0x80, 0xa1, 0x82], 'authorityKeyIdentifier');
  into.authorityKey = {
    key: key?.value.toString('hex') ?? null,
    serial: serial?.value.toString('hex') ?? null,
    issuers:
      issuers === undefined ? [] : readGeneralNames(issuers.value, 'authorityKeyIdentifier').map(({ name }) => name),
  };
  into.unknownCritical ||= critical;
}

function readAlternativeNames(value: Buffer, critical: boolean, into: Draft): void {
  const names = readGeneralNames(readDer(value, tags.sequence, 'subjectAltName').value, 'subjectAltName');
  if (names.length === 0) throw new DerError('subjectAltName: is empty');
  into.names = names.map(({ name }) => name);
  into.namesCritical = critical;
}

function readBasicConstraints(value: Buffer, critical: boolean, into: Draft): void {
  const members = inside(readDer(value, tags.sequence, 'basicConstraints'), tags.sequence, 'basicConstraints');
  const [flag, length] = onlyTags(members, [tags.boolean, tags.integer], 'basicConstraints');
  const ca = flag !== undefined && readBoolean(flag, 'basicConstraints');
  const pathLength = length === undefined ? null : readSmallNumber(length, 'basicConstraints');
  into.ca = ca ? { pathLength, critical } : null;
  into.strayPathLength = !ca && pathLength !== null;
}

function readNameConstraints(value: Buffer, _critical: boolean, into: Draft): void {
  const members = inside(readDer(value, tags.sequence, 'nameConstraints'), tags.sequence, 'nameConstraints');
  if (members.length === 0) throw new DerError('nameConstraints: are empty');
  const [permitted, excluded] = onlyTags(members, [0xa0, 0xa1], 'nameConstraints');
  into.permitted = permitted === undefined ? [] : readSubtrees(permitted);
  into.excluded = excluded === undefined ? [] : readSubtrees(excluded);
}

function readSubtrees({ value }: Der): Subtree[] {
  const subtrees = [...derItems(value)].map((item) => {
    const [base, ...bounds] = inside(item, tags.sequence, 'nameConstraints');
    if (base === undefined) throw new DerError('nameConstraints: a part without a name');
    return { base: readGeneralName(base, 'nameConstraints'), bounded: bounds.length > 0 };
  });
  if (subtrees.length === 0) throw new DerError('nameConstraints: are empty');
  return subtrees;
}

function readDistributionPoints(value: Buffer, _critical: boolean, into: Draft): void {
  const points = inside(readDer(value, tags.sequence, 'cRLDistributionPoints'), tags.sequence, 'cRLDistributionPoints');
  into.listNames = points.flatMap((point) => {
    const members = inside(point, tags.sequence, 'cRLDistributionPoints');
    const [name, reasons, issuer] = onlyTags(members, [0xa0, 0x81, 0xa2], 'cRLDistributionPoints');
    // what holds only some reasons, or is somebody else's list, is not asked here
    return name === undefined || reasons !== undefined || issuer !== undefined ? [] : fullNames(name);
  });
}

/** Hexadecimal DER of the names in a `DistributionPointName`; a name relative to the issuer gives none. */
export function fullNames({ value }: Der): string[] {
  const [choice, ...others] = derItems(value);
  if (others.length > 0) throw new DerError('distributionPoint: several names in one');
  if (choice?.tag !== 0xa0) return [];
  return readGeneralNames(choice.value, 'distributionPoint').map(({ key }) => key);
}

function readPolicies(value: Buffer, _critical: boolean, into: Draft): void {
  const policies = inside(
    readDer(value, tags.sequence, 'certificatePolicies'),
    tags.sequence,
    'certificatePolicies',
  ).map((policy) => readOid(inside(policy, tags.sequence, 'certificatePolicies')[0], 'certificatePolicies'));
  if (policies.length === 0 || new Set(policies).size < policies.length)
    throw new DerError('certificatePolicies: are empty, or one stands twice');
  into.policies = policies;
}

function readMappings(value: Buffer, _critical: boolean, into: Draft): void {
  into.mapped = inside(readDer(value, tags.sequence, 'policyMappings'), tags.sequence, 'policyMappings').map(
    (mapping) => {
      const [from, to, ...others] = inside(mapping, tags.sequence, 'policyMappings');
      const both = [readOid(from, 'policyMappings'), readOid(to, 'policyMappings')];
      if (others.length > 0) throw new DerError('policyMappings: one of more than two policies');
      return both.includes(anyPolicy) ? null : (both[0] ?? null);
    },
  );
}

function readPolicyConstraints(value: Buffer, _critical: boolean, into: Draft): void {
  const members = inside(readDer(value, tags.sequence, 'policyConstraints'), tags.sequence, 'policyConstraints');
  if (members.length === 0) throw new DerError('policyConstraints: are empty');
  const [explicit, mapping] = onlyTags(members, [0x80, 0x81], 'policyConstraints');
  if (explicit !== undefined) into.requireExplicitPolicy = readSmallNumber(explicit, 'policyConstraints');
  if (mapping !== undefined) readSmallNumber(mapping, 'policyConstraints');
}

function readInhibitAnyPolicy(value: Buffer, _critical: boolean, into: Draft): void {
  into.inhibitAnyPolicy = readSmallNumber(readDer(value, tags.integer, 'inhibitAnyPolicy'), 'inhibitAnyPolicy');
}

function readExtendedKeyUsage(value: Buffer, critical: boolean, into: Draft): void {
  const usages = inside(readDer(value, tags.sequence, 'extKeyUsage'), tags.sequence, 'extKeyUsage');
  if (usages.length === 0) throw new DerError('extKeyUsage: is empty');
  into.extendedKeyUsage = usages.map((usage) => readOid(usage, 'extKeyUsage'));
  into.purposesCritical = critical;
}

/** Optional members in their order: for each tag its member, or undefined. Throws for any other. */
export function onlyTags(members: readonly Der[], wanted: readonly number[], what: string): (Der | undefined)[] {
  const places = members.map(({ tag }) => wanted.indexOf(tag));
  if (places.some((place, index) => place <= (index === 0 ? -1 : (places[index - 1] ?? -1))))
    throw new DerError(`${what}: members that do not belong there`);
  return wanted.map((tag) => members.find((member) => member.tag === tag));
}
