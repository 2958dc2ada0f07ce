import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type Brand, type Instant, instant, mint } from '../core/brand.ts';
import { isTestOin } from '../core/partner/oin.ts';
import type { Oin } from '../core/partner/partner.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import { BoundedMap } from './path/bounded-map.ts';
import { buildPaths } from './path/build-paths.ts';
import { DerError } from './path/der.ts';
import { keyThumbprint } from './path/key-thumbprint.ts';
import { type ParsedCertificate, parseCertificate } from './path/parse-certificate.ts';
import { type OinRefusal, subjectOin } from './path/subject-oin.ts';
import { goodDuring, type PathRefusal, refusalOfPath } from './path/validate-path.ts';
import type { Trust } from './trust.ts';

/** Whose system calls: the whole path, its purpose, dates and revocation were checked. Minted here alone. */
export type VerifiedCertificate = Brand<
  {
    readonly oin: Oin;
    /** SHA-256 over the DER certificate, lower-case hexadecimal. */
    readonly thumbprint: string;
    /** RFC 7638 thumbprint of its public key. */
    readonly key: string;
    readonly notAfter: Instant;
    /** The authorities above it, the anchor last. */
    readonly chain: readonly { readonly thumbprint: string; readonly notAfter: Instant }[];
  },
  'VerifiedCertificate'
>;

/** Stable words, safe to tell the peer: they speak of its certificate only. */
export type CertificateRefusal =
  | 'no-certificate'
  | 'unknown-authority'
  /** Not one version 3 certificate in DER, each extension once and in its form. */
  | 'malformed'
  | PathRefusal
  | OinRefusal
  /** Anything else that TLS found wrong. */
  | 'invalid';

/** What somebody presents, by TLS or by what an authenticated proxy passes on. */
export interface PresentedPath {
  /** DER. */
  readonly certificate: Buffer;
  /** DER, in any order; may be empty. */
  readonly chain: readonly Buffer[];
}

export interface PathRules {
  readonly trust: Trust;
  readonly acceptTestOins: boolean;
  readonly now: Date;
}

interface Judged {
  readonly verified: VerifiedCertificate;
  /** Half-open: in this time nothing changes by itself. */
  readonly from: Date;
  readonly until: Date;
}

type Verdict = Result<Judged, CertificateRefusal>;

interface Refused {
  readonly refusal: CertificateRefusal;
  readonly at: Date;
}

/** More than any peer needs; each costs a parse. */
const mostPresented = 10;
const mostRemembered = 10_000;
const mostAuthorities = 500;
/** What was refused is looked at again after this, because time alone can make it good. */
const refusedForMs = 1_000;

/** Certificates that were found good under a trust, so that a new connection costs hashes and no signatures. */
const good = new WeakMap<Trust, BoundedMap<string, Judged>>();
/** Refused lately, by certificate and what came with it, so that a stranger who keeps asking costs hashes too. */
const refused = new WeakMap<Trust, BoundedMap<string, Refused>>();
/** Authorities that a peer sent along: a session that is resumed brings its own certificate only. */
const sentAlong = new BoundedMap<string, readonly ParsedCertificate[]>(mostRemembered);
const authorities = new BoundedMap<string, ParsedCertificate>(mostAuthorities);

/** Full path validation, as RFC 5280 and more strictly; known certificates are found again, unless the trust changed. */
export async function verifyCertificate(
  presented: PresentedPath,
  rules: PathRules,
): Promise<Result<VerifiedCertificate, CertificateRefusal>> {
  return admit(judge(presented, rules), rules);
}

interface Connection {
  readonly presented: PresentedPath;
  readonly trust: Trust;
  readonly verdict: Verdict;
  readonly at: Date;
  readonly wasGood: boolean;
}

/** What a connection's certificate says does not change while the connection lasts, and parsing is slow. */
const connections = new WeakMap<TLSSocket, Connection>();

/**
 * The peer of a connection that was accepted with `partnerListenerTls`. Cheap enough to call for every
 * request, as it must be: a kept-alive connection outlives the certificate's dates, revocation and trust.
 */
export function verifyPeer(socket: TLSSocket, rules: PathRules): Result<VerifiedCertificate, CertificateRefusal> {
  const known = connections.get(socket);
  if (known !== undefined && holds(known, rules)) return admit(known.verdict, rules);
  const presented = known?.presented ?? presentedBy(socket);
  if (presented === null) return refuse('no-certificate');
  const verdict = bothDoors(socket, judge(presented, rules));
  const wasGood = known?.wasGood === true || verdict.ok;
  connections.set(socket, { presented, trust: rules.trust, verdict, at: rules.now, wasGood });
  return admit(verdict, rules);
}

/** False once a certificate that was good when its connection opened, or later, is not good any more. */
export function isStillGood(socket: TLSSocket, rules: PathRules): boolean {
  return connections.get(socket)?.wasGood !== true || verifyPeer(socket, rules).ok;
}

function holds({ trust, verdict, at }: Connection, { trust: current, now }: PathRules): boolean {
  if (trust !== current) return false;
  return verdict.ok ? verdict.value.from <= now && now < verdict.value.until : isLately(at, now);
}

function isLately(at: Date, now: Date): boolean {
  return at <= now && now.getTime() - at.getTime() < refusedForMs;
}

function admit(verdict: Verdict, { acceptTestOins }: PathRules): Result<VerifiedCertificate, CertificateRefusal> {
  if (!verdict.ok) return verdict;
  const { verified } = verdict.value;
  return isTestOin(verified.oin) && !acceptTestOins ? refuse('test-oin') : ok(verified);
}

/** OpenSSL judged the same certificate in the handshake; what it turned away stays out, whatever we think. */
function bothDoors(socket: TLSSocket, verdict: Verdict): Verdict {
  return verdict.ok && !socket.authorized ? refuse(refusalOf(socket.authorizationError)) : verdict;
}

function presentedBy(socket: TLSSocket): PresentedPath | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const chain: Buffer[] = [];
  for (let next = certificate.issuerCertificate; next !== undefined && chain.length < mostPresented; ) {
    chain.push(next.raw);
    next = next.issuerCertificate;
  }
  return { certificate: certificate.raw, chain };
}

function judge(presented: PresentedPath, rules: PathRules): Verdict {
  const thumbprint = thumbprintOf(presented.certificate);
  const known = under(good, rules.trust);
  const before = known.get(thumbprint);
  if (before !== undefined && before.from <= rules.now && rules.now < before.until) return ok(before);
  const strangers = under(refused, rules.trust);
  // what came along is part of it: with other authorities the same certificate may be good
  const asPresented = [thumbprint, ...presented.chain.slice(0, mostPresented + 1).map(thumbprintOf)].join(' ');
  const stranger = strangers.get(asPresented);
  if (stranger !== undefined && isLately(stranger.at, rules.now)) return refuse(stranger.refusal);
  const verdict = judgeAnew(presented, thumbprint, rules);
  if (verdict.ok) known.set(thumbprint, verdict.value);
  else strangers.set(asPresented, { refusal: verdict.refusal, at: rules.now });
  return verdict;
}

function judgeAnew(presented: PresentedPath, thumbprint: string, rules: PathRules): Verdict {
  const parsed = parse(presented);
  if (parsed === null) return refuse('malformed');
  return judgePaths(parsed.leaf, [...parsed.chain, ...(sentAlong.get(thumbprint) ?? [])], rules);
}

function under<T>(remembered: WeakMap<Trust, BoundedMap<string, T>>, trust: Trust): BoundedMap<string, T> {
  const found = remembered.get(trust) ?? new BoundedMap<string, T>(mostRemembered);
  remembered.set(trust, found);
  return found;
}

function judgePaths(leaf: ParsedCertificate, sent: readonly ParsedCertificate[], rules: PathRules): Verdict {
  const { trust, now } = rules;
  const candidates = distinct([...trust.intermediates, ...sent]);
  const demands = { lists: trust.lists, policies: trust.policies, now };
  let refusal: CertificateRefusal = 'unknown-authority';
  for (const path of buildPaths(leaf, candidates, trust.anchors)) {
    remember(leaf, path, sent);
    const found = refusalOfPath(path, demands);
    if (found === null) return judged(path, goodDuring(path, demands));
    // the first way that was found is the one that is told of
    if (refusal === 'unknown-authority') refusal = found;
  }
  return refuse(refusal);
}

function judged(path: readonly ParsedCertificate[], [from, until]: readonly [Date, Date]): Verdict {
  const [leaf, ...above] = path;
  const oin = leaf === undefined ? refuse('malformed' as const) : subjectOin(leaf.subject);
  if (!oin.ok || leaf === undefined) return oin.ok ? refuse('malformed') : oin;
  const verified = mint<VerifiedCertificate>({
    oin: oin.value,
    thumbprint: leaf.thumbprint,
    key: keyThumbprint(leaf.key),
    notAfter: instant(leaf.notAfter),
    chain: above.map(({ thumbprint, notAfter }) => ({ thumbprint, notAfter: instant(notAfter) })),
  });
  return ok({ verified, from, until });
}

/** Only what led to an anchor is worth remembering. */
function remember(
  leaf: ParsedCertificate,
  path: readonly ParsedCertificate[],
  sent: readonly ParsedCertificate[],
): void {
  const used = path.slice(1).filter((certificate) => sent.includes(certificate));
  if (used.length > 0) sentAlong.set(leaf.thumbprint, used);
}

function parse({ certificate, chain }: PresentedPath): { leaf: ParsedCertificate; chain: ParsedCertificate[] } | null {
  if (chain.length > mostPresented) return null;
  try {
    return { leaf: parseCertificate(certificate), chain: chain.map(parseAuthority) };
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** The same few authorities come along with every connection. */
function parseAuthority(der: Buffer): ParsedCertificate {
  const thumbprint = thumbprintOf(der);
  const known = authorities.get(thumbprint) ?? parseCertificate(der);
  authorities.set(thumbprint, known);
  return known;
}

function distinct(certificates: readonly ParsedCertificate[]): ParsedCertificate[] {
  return [...new Map(certificates.map((certificate) => [certificate.thumbprint, certificate])).values()];
}

function thumbprintOf(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex');
}

/** Where Node's codes for OpenSSL's verdicts differ only in detail, the peer is told one thing. */
const refusals: ReadonlyMap<string, CertificateRefusal> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['CERT_REVOKED', 'revoked'],
  ['INVALID_PURPOSE', 'wrong-purpose'],
  ['UNABLE_TO_GET_CRL', 'revocation-unknown'],
  ['UNABLE_TO_GET_CRL_ISSUER', 'revocation-unknown'],
  ['UNABLE_TO_DECRYPT_CRL_SIGNATURE', 'revocation-unknown'],
  ['CRL_SIGNATURE_FAILURE', 'revocation-unknown'],
  ['CRL_NOT_YET_VALID', 'revocation-unknown'],
  ['CRL_HAS_EXPIRED', 'revocation-unknown'],
]);

function refusalOf(error: unknown): CertificateRefusal {
  // The types promise an Error; on the server's side it is the code itself.
  const code = typeof error === 'string' ? error : error instanceof Error && 'code' in error ? String(error.code) : '';
  return refusals.get(code) ?? 'invalid';
}
