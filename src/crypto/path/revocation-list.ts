import { createHash } from 'node:crypto';
import { extensionsIn, fullNames, onlyTags, type RawExtension } from './certificate-extensions.ts';
import { type Der, DerError, derItems, expectTag, inside, readBoolean, readDer, readTime, tags } from './der.ts';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { type ParsedCertificate, readSerial, readSigned, type Signed } from './parse-certificate.ts';
import { isAllowedSignature, isSignedBy } from './signature-algorithms.ts';

/** Why a list says nothing about anybody, whoever signed it. */
export type Unusable = 'no-end' | 'delta' | 'indirect' | 'scope' | 'unknown-extension' | 'weak-algorithm';

export interface RevocationList {
  readonly der: Buffer;
  /** SHA-256 over the DER: two lists with the same are one. */
  readonly digest: string;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  /** Half-open: from here on it says nothing any more. */
  readonly nextUpdate: Date;
  readonly signed: Signed;
  readonly unusable: Unusable | null;
  readonly authorityKey: string | null;
  /** Which certificates it is about; `null` for the names: any. */
  readonly scope: {
    readonly only: 'user' | 'ca' | null;
    readonly names: readonly string[] | null;
  };
  /** Numbers as `ParsedCertificate.serial` has them. On hold is revoked. */
  readonly revoked: ReadonlySet<string>;
}

/** Throws `DerError` for anything that is not one revocation list of version 1 or 2 in DER. */
export function parseRevocationList(der: Buffer): RevocationList {
  const [body, algorithm, signature] = readSigned(readDer(der, tags.sequence, 'revocation list'), 'revocation list');
  const members = inside(body, tags.sequence, 'revocation list');
  if (members[0]?.tag === tags.integer && members.shift()?.value.toString('hex') !== '01')
    throw new DerError('revocation list: is of an unknown version');
  const [inner, issuer, thisUpdate, ...rest] = members;
  if (expectTag(inner, tags.sequence, 'revocation list').bytes.toString('hex') !== algorithm)
    throw new DerError('revocation list: names two signature algorithms');
  const isTime = rest[0]?.tag === tags.utcTime || rest[0]?.tag === tags.generalizedTime;
  const nextUpdate = isTime ? readTime(rest.shift(), 'nextUpdate') : null;
  const entries = rest[0]?.tag === tags.sequence ? rest.shift() : undefined;
  const [extensions, ...others] = rest;
  if (others.length > 0) throw new DerError('revocation list: does not have its parts');
  const about = readListExtensions(extensions);
  const { revoked, unusable } = readEntries(entries);
  const weak = isAllowedSignature(algorithm) ? null : 'weak-algorithm';
  return {
    der,
    digest: createHash('sha256').update(der).digest('hex'),
    issuer: readName(issuer, 'issuer'),
    thisUpdate: readTime(thisUpdate, 'thisUpdate'),
    nextUpdate: nextUpdate ?? new Date(0),
    signed: { bytes: body.bytes, algorithm, signature },
    ...about,
    unusable: weak ?? about.unusable ?? unusable ?? (nextUpdate === null ? 'no-end' : null),
    revoked,
  };
}

function readListExtensions(item: Der | undefined): Pick<RevocationList, 'unusable' | 'authorityKey' | 'scope'> {
  const found = { unusable: null as Unusable | null, authorityKey: null as string | null, scope: anyScope };
  const seen = new Set<string>();
  for (const extension of item === undefined ? [] : extensionsIn(onlyMember(item))) {
    const { oid, critical, value } = extension;
    if (seen.has(oid)) throw new DerError('extensions: one of them stands twice');
    seen.add(oid);
    if (oid === '2.5.29.20') readSerial(readDer(value, tags.integer, 'cRLNumber'));
    else if (oid === '2.5.29.27') found.unusable ??= 'delta';
    else if (oid === '2.5.29.28') {
      const { scope, unusable } = readScope(extension);
      found.scope = scope;
      found.unusable ??= unusable;
    } else if (oid === '2.5.29.35') found.authorityKey = authorityKeyOf(value);
    else if (critical) found.unusable ??= 'unknown-extension';
  }
  return found;
}

const anyScope: RevocationList['scope'] = { only: null, names: null };

function onlyMember(item: Der): Der {
  const [member, ...others] = inside(item, 0xa0, 'extensions');
  if (member === undefined || others.length > 0) throw new DerError('extensions: do not have their parts');
  return member;
}

/** IssuingDistributionPoint. */
function readScope({ value }: RawExtension): Pick<RevocationList, 'unusable' | 'scope'> {
  const what = 'issuingDistributionPoint';
  const members = inside(readDer(value, tags.sequence, what), tags.sequence, what);
  const [point, user, ca, reasons, indirect, attribute] = onlyTags(members, [0xa0, 0x81, 0x82, 0x83, 0x84, 0x85], what);
  const [onlyUser, onlyCa, isIndirect, onlyAttribute] = [user, ca, indirect, attribute].map(
    (flag) => flag !== undefined && readBoolean({ ...flag, tag: tags.boolean }, what),
  );
  const scope: RevocationList['scope'] = {
    only: onlyUser ? 'user' : onlyCa ? 'ca' : null,
    names: point === undefined ? null : fullNames(point),
  };
  if (isIndirect) return { scope, unusable: 'indirect' };
  if (reasons !== undefined || onlyAttribute || (onlyUser && onlyCa)) return { scope, unusable: 'scope' };
  return { scope, unusable: null };
}

function authorityKeyOf(value: Buffer): string | null {
  const what = 'authorityKeyIdentifier';
  const members = inside(readDer(value, tags.sequence, what), tags.sequence, what);
  return members.find(({ tag }) => tag === 0x80)?.value.toString('hex') ?? null;
}

/** Entries are read one by one and only their numbers are kept: real lists are long. */
function readEntries(item: Der | undefined): { readonly revoked: Set<string>; readonly unusable: Unusable | null } {
  const revoked = new Set<string>();
  let unusable: Unusable | null = null;
  for (const entry of derItems(item?.value ?? Buffer.alloc(0))) {
    const [serial, time, extensions, ...others] = inside(entry, tags.sequence, 'entry');
    // when it was taken back changes nothing, and reading a hundred thousand times takes longer than all the rest
    if (time?.tag !== tags.utcTime && time?.tag !== tags.generalizedTime) throw new DerError('entry: has no time');
    if (others.length > 0) throw new DerError('entry: does not have its parts');
    revoked.add(readSerial(serial));
    for (const { oid, critical } of extensions === undefined ? [] : extensionsIn(extensions)) {
      // whose certificate it is stands in the entry itself: this is an indirect list
      if (oid === '2.5.29.29') unusable ??= 'indirect';
      else if (critical && oid !== '2.5.29.21') unusable ??= 'unknown-extension';
    }
  }
  return { revoked, unusable };
}

export type Revocation = 'good' | 'revoked' | 'unknown';

/**
 * What the lists say about `certificate`, which `issuer` issued, and until when that is known. The newest current
 * list of the issuer decides; where there is none that covers the certificate, nothing is known.
 */
export function revocationOf(
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
  lists: ReadonlyMap<string, readonly RevocationList[]>,
  now: Date,
): { readonly status: Revocation; readonly list: RevocationList | null } {
  const covering = (lists.get(issuer.subject.key) ?? [])
    .filter((list) => isCurrent(list, now) && covers(list, certificate) && isListOf(list, issuer))
    .sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
  const [list] = covering;
  if (list === undefined) return { status: 'unknown', list: null };
  return { status: list.revoked.has(certificate.serial) ? 'revoked' : 'good', list };
}

export function isCurrent({ thisUpdate, nextUpdate }: RevocationList, now: Date): boolean {
  return thisUpdate <= now && now < nextUpdate;
}

function covers({ unusable, scope }: RevocationList, certificate: ParsedCertificate): boolean {
  if (unusable !== null) return false;
  if (scope.only !== null && (scope.only === 'ca') !== (certificate.ca !== null)) return false;
  const { names } = scope;
  return names === null || certificate.listNames.some((name) => names.includes(name));
}

/** A signature over a long list takes milliseconds, and neither the list nor the CA changes. */
const signers = new WeakMap<RevocationList, Map<string, boolean>>();

/** Whether the CA signed the list and may sign lists. A CA that renewed its key keeps its name. */
export function isListOf(list: RevocationList, issuer: ParsedCertificate): boolean {
  if (list.issuer.key !== issuer.subject.key) return false;
  if (list.authorityKey !== null && issuer.subjectKey !== null && list.authorityKey !== issuer.subjectKey) return false;
  if (issuer.keyUsage?.has(cRLSign) !== true) return false;
  const known = signers.get(list) ?? new Map<string, boolean>();
  signers.set(list, known);
  let signed = known.get(issuer.thumbprint);
  if (signed === undefined) {
    signed = isSignedBy(issuer.key, list.signed);
    known.set(issuer.thumbprint, signed);
  }
  return signed;
}

const cRLSign = 6;
