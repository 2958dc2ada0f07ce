import { isDemoCertificate } from './demo-marker.ts';
import { nameText } from './path/distinguished-name.ts';
import type { ParsedCertificate } from './path/parse-certificate.ts';
import { toPem } from './path/pem-blocks.ts';
import { isCurrent, isListOf, type RevocationList } from './path/revocation-list.ts';
import { isSignedBy } from './path/signature-algorithms.ts';
import { isIssuer, isStrong } from './path/validate-path.ts';
import { type FileProblem, filesIn, lookOf, type ReadFile, readCertificateFile, readListFile } from './trust-files.ts';
import { type TrustProblem, type TrustProblemCode, trustProblem } from './trust-problem.ts';

/** Certificate files that cannot be trusted as they are: a refusal to start, told in one line that names the file. */
export class TrustError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TrustError';
  }
}

export interface TrustFiles {
  /**
   * Files, or folders of files, with the certificates of every CA that is trusted, PEM or DER. What is signed by
   * itself is an anchor; what is not helps to find the way to one.
   */
  readonly caFiles: readonly string[];
  /** Files or folders with revocation lists, PEM or DER; one for every CA, the roots too. */
  readonly crlFiles: readonly string[];
}

/** Where certificates of a demo authority may be used: only where this says `demo`. */
export type Environment = 'demo' | 'production';

export interface TrustRules {
  readonly environment: Environment;
  readonly now: Date;
  /** Certificate policies of which a client's path must hold at least one; none are asked when absent. */
  readonly policies?: readonly string[];
  /** What is in force until now: what cannot be read any more, or got worse, leaves it so. */
  readonly previous?: Trust | undefined;
}

export interface Trust {
  /** Anchors and other CAs for OpenSSL, PEM. */
  readonly ca: readonly string[];
  /** Lists for OpenSSL, PEM. */
  readonly crl: readonly string[];
  readonly anchors: readonly ParsedCertificate[];
  readonly intermediates: readonly ParsedCertificate[];
  /** By hexadecimal name of their issuer. */
  readonly lists: ReadonlyMap<string, readonly RevocationList[]>;
  readonly policies: readonly string[];
  /** What does not work and closes the clients that it concerns, each in one line for the operator. */
  readonly problems: readonly TrustProblem[];
  readonly files: {
    readonly certificates: readonly ReadFile<ParsedCertificate>[];
    readonly lists: readonly ReadFile<RevocationList>[];
  };
}

/**
 * Reads trust anchors and revocation lists. An anchor that is unusable, for example because it has no current list,
 * closes its own clients only and is told in `problems`. Throws `TrustError` when no anchor is usable, and when any is
 * of a demo authority outside the demo.
 */
export function loadTrust(files: TrustFiles, rules: TrustRules): Trust {
  const certificates = readAll(filesIn(files.caFiles), readCertificateFile, rules.previous?.files.certificates);
  const read = readAll(filesIn(files.crlFiles), readListFile, rules.previous?.files.lists);
  const authorities = judgeAuthorities(certificates.files, rules.environment);
  const lists = { ...read, files: keepBetter(read.files, authorities.good, rules) };
  const all = distinct(lists.files.flatMap(({ items }) => items));
  const { anchors, intermediates } = splitAuthorities(authorities.good);
  const missing = authorities.good.flatMap((authority) => problemOfLists(authority, all, rules.now));
  const problems = [...certificates.problems, ...lists.problems, ...authorities.problems, ...missing];
  const usable = anchors.filter((anchor) => isInTime(anchor, rules.now) && hasList(anchor, all, rules.now));
  if (usable.length === 0)
    throw new TrustError(problems.map(({ text }) => text).join('; ') || 'no trusted CA: the CA files hold none');
  return {
    ca: authorities.good.map(({ der }) => toPem(der, 'CERTIFICATE')),
    crl: all.filter((list) => isForOpenSsl(list, rules.now)).map(({ der }) => toPem(der, 'X509 CRL')),
    anchors,
    intermediates,
    lists: Map.groupBy(all, ({ issuer }) => issuer.key),
    policies: rules.policies ?? [],
    problems,
    files: { certificates: certificates.files, lists: lists.files },
  };
}

/** The CAs alone, for judging lists before there are any. Throws `TrustError` as `loadTrust` does. */
export function loadAuthorities(
  caFiles: readonly string[],
  environment: Environment,
): Pick<Trust, 'anchors' | 'intermediates'> {
  const { good } = judgeAuthorities(readAll(filesIn(caFiles), readCertificateFile).files, environment);
  return splitAuthorities(good);
}

function splitAuthorities(good: readonly ParsedCertificate[]): Pick<Trust, 'anchors' | 'intermediates'> {
  return { anchors: good.filter(isSelfSigned), intermediates: good.filter((authority) => !isSelfSigned(authority)) };
}

/** Files as they are now; what looks as it did is not read again, and what cannot be read stays as it was. */
function readAll<T>(
  paths: readonly string[],
  read: (path: string) => ReadFile<T> | FileProblem,
  previous: readonly ReadFile<T>[] = [],
): { readonly files: ReadFile<T>[]; readonly problems: TrustProblem[] } {
  const files: ReadFile<T>[] = [];
  const problems: TrustProblem[] = [];
  for (const path of paths) {
    const before = previous.find((file) => file.path === path);
    const now = before !== undefined && before.look === lookOf(path) ? before : read(path);
    if ('items' in now) files.push(now);
    else {
      problems.push(trustProblem('unreadable', { file: path }, now.text));
      if (before !== undefined) files.push({ ...before, look: '' });
    }
  }
  return { files, problems };
}

function judgeAuthorities(
  files: readonly ReadFile<ParsedCertificate>[],
  environment: Environment,
): { readonly good: ParsedCertificate[]; readonly problems: TrustProblem[] } {
  const good: ParsedCertificate[] = [];
  const problems: TrustProblem[] = [];
  for (const { path, items } of files) {
    if (items.length === 0)
      problems.push(trustProblem('no-certificate', { file: path }, `${path}: holds no certificate`));
    for (const certificate of items) {
      if (environment !== 'demo' && isDemoCertificate(certificate))
        throw new TrustError(`${path}: is of a demo authority and may not be trusted outside the demo`);
      const problem = problemOfAuthority(certificate);
      if (problem === null) good.push(certificate);
      else {
        const authority = nameText(certificate.subject);
        const text = `${path}: holds a certificate that ${problem}: "${authority}"`;
        problems.push(trustProblem('unfit-authority', { authority }, text));
      }
    }
  }
  const byThumbprint = new Map(good.map((certificate) => [certificate.thumbprint, certificate]));
  return { good: [...byThumbprint.values()], problems };
}

function problemOfAuthority(certificate: ParsedCertificate): string | null {
  if (certificate.ca === null) return "is not a CA's";
  if (certificate.unknownCritical) return 'has a critical extension that is not known here';
  if (!isStrong(certificate)) return 'has a key or signature that is not allowed';
  return isIssuer(certificate, isSelfSigned(certificate)) ? null : 'may not issue certificates';
}

/** By its own key: a CA that changes keys also issues a certificate in its own name that its other key signed. */
function isSelfSigned({ issuer, subject, key, signed }: ParsedCertificate): boolean {
  return issuer.key === subject.key && isSignedBy(key, signed);
}

function isInTime({ notBefore, notAfter }: ParsedCertificate, now: Date): boolean {
  return notBefore <= now && now < notAfter;
}

function hasList(authority: ParsedCertificate, lists: readonly RevocationList[], now: Date): boolean {
  return lists.some((list) => list.unusable === null && isCurrent(list, now) && isListOf(list, authority));
}

/** Why nobody of this CA can come in, as far as its dates and lists say. */
function problemOfLists(authority: ParsedCertificate, lists: readonly RevocationList[], now: Date): TrustProblem[] {
  const name = nameText(authority.subject);
  const told = (code: TrustProblemCode, text: string) => [trustProblem(code, { authority: name }, text)];
  if (authority.notAfter <= now)
    return told('authority-not-now', `no trusted CA: the certificate of "${name}" has expired`);
  if (authority.notBefore > now)
    return told('authority-not-now', `no trusted CA: the certificate of "${name}" is not valid yet`);
  const named = lists.filter(({ issuer }) => issuer.key === authority.subject.key);
  if (named.length === 0) return told('no-list', `no revocation list (CRL) for the CA "${name}"`);
  if (hasList(authority, named, now)) return [];
  const own = named.filter((list) => isListOf(list, authority));
  if (own.length === 0) return told('not-signed', `the revocation list is not signed by the CA "${name}"`);
  const whole = own.filter(({ unusable }) => unusable === null);
  if (whole.length === 0)
    return told('partial-list', `the revocation list of "${name}" says nothing by itself (${own[0]?.unusable})`);
  if (whole.some(({ thisUpdate }) => thisUpdate > now))
    return told('list-not-yet', `the revocation list of "${name}" is not valid yet`);
  return told('list-expired', `the revocation list of "${name}" has expired; fetch a new one`);
}

/** OpenSSL, as the second door, gets the lists that could say something; it checks their signatures itself. */
function isForOpenSsl(list: RevocationList, now: Date): boolean {
  return list.unusable === null && isCurrent(list, now);
}

/**
 * What a file held before stays in force beside what it holds now, while it is current and nothing better came: a list
 * that is older, has expired or is badly signed never takes the place of a good one.
 */
function keepBetter(
  files: readonly ReadFile<RevocationList>[],
  authorities: readonly ParsedCertificate[],
  { previous, now }: TrustRules,
): ReadFile<RevocationList>[] {
  const isGood = (list: RevocationList): boolean =>
    list.unusable === null && isCurrent(list, now) && authorities.some((authority) => isListOf(list, authority));
  return files.map((file) => {
    const before = previous?.files.lists.find(({ path }) => path === file.path);
    if (before === undefined || before.items === file.items) return file;
    const kept = before.items.filter(
      (old) => isGood(old) && !file.items.some((list) => isGood(list) && replaces(list, old)),
    );
    return kept.length === 0 ? file : { ...file, items: [...file.items, ...kept] };
  });
}

function replaces(list: RevocationList, old: RevocationList): boolean {
  return (
    list.issuer.key === old.issuer.key &&
    JSON.stringify(list.scope) === JSON.stringify(old.scope) &&
    list.thisUpdate >= old.thisUpdate
  );
}

function distinct(lists: readonly RevocationList[]): RevocationList[] {
  return [...new Map(lists.map((list) => [list.digest, list])).values()];
}
