import { createHash } from 'node:crypto';
import { ok, type Result, refuse } from '../core/result.ts';
import { buildPaths } from './path/build-paths.ts';
import { DerError } from './path/der.ts';
import { type ParsedCertificate, parseCertificate } from './path/parse-certificate.ts';
import { derInFile } from './path/pem-blocks.ts';
import { cmsAlgorithm, isSignedBy } from './path/signature-algorithms.ts';
import { type PathRefusal, refusalOfTimestampPath } from './path/validate-path.ts';
import { parseTimestampToken, type TimestampToken, timestampInfoType } from './timestamp-token.ts';

/** What an authority says of something that it saw the hash of. */
export interface Timestamp {
  /** It existed then. */
  readonly time: Date;
  /** Object identifier of the policy under which the authority dates. */
  readonly policy: string;
  /** Hexadecimal number of the token. */
  readonly serial: string;
}

export type TimestampProblem =
  /** Not one DER token of RFC 3161 with one signer, SHA-2 throughout and an ESSCertIDv2. */
  | 'malformed'
  /** Of something else. */
  | 'other-imprint'
  /** An answer to another question. */
  | 'other-nonce'
  /** The signer's certificate is not in the token, or not the one that the signature names. */
  | 'other-certificate'
  /** The signed attributes do not belong to what the token says. */
  | 'other-content'
  | 'bad-signature'
  /** No path from the signer to an authority that is trusted for this. */
  | 'unknown-authority'
  | PathRefusal;

/** What the asker remembers of its question; a token that is only kept has none. */
export interface TimestampQuestion {
  /** Hexadecimal, as it stands in the request. */
  readonly nonce: string;
}

/** Certificates of the authorities that are trusted to date, from a PEM file. Throws `DerError` and `PemError`. */
export function timestampAnchors(file: Buffer): readonly ParsedCertificate[] {
  return derInFile(file, ['CERTIFICATE']).map(parseCertificate);
}

/**
 * Whether an authority that is trusted for it dated these bytes, by nothing but the token: RFC 3161 with RFC 5816.
 * The signer's certificate and those above it must have been valid at the time in the token.
 * @param token DER of the `TimeStampToken`
 * @param digest SHA-256 of what was dated
 */
export function verifyTimestamp(
  token: Buffer,
  digest: Buffer,
  anchors: readonly ParsedCertificate[],
  question?: TimestampQuestion,
): Result<Timestamp, TimestampProblem> {
  const parsed = readToken(token);
  if (parsed === null) return refuse('malformed');
  const { info, certificates } = parsed;
  if (info.imprint.digest !== 'sha256' || !info.imprint.hash.equals(digest)) return refuse('other-imprint');
  if (question !== undefined && info.nonce !== question.nonce) return refuse('other-nonce');
  const signer = certificates.find((certificate) => isSigner(certificate, parsed));
  if (signer === undefined || !namesAuthority(parsed, signer)) return refuse('other-certificate');
  const problem = problemOfSignature(parsed, signer) ?? problemOfPath(signer, certificates, anchors, info.time);
  return problem === null ? ok({ time: info.time, policy: info.policy, serial: info.serial }) : refuse(problem);
}

type ReadToken = Omit<TimestampToken, 'certificates'> & { readonly certificates: readonly ParsedCertificate[] };

function readToken(der: Buffer): ReadToken | null {
  try {
    const token = parseTimestampToken(der);
    return { ...token, certificates: token.certificates.map(parseCertificate) };
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** By its issuer and number, and by its hash in what is signed, so that no other certificate of the same key will do. */
function isSigner({ der, issuer, serial }: ParsedCertificate, { signer }: ReadToken): boolean {
  if (issuer.key !== signer.issuer || serial !== signer.serial) return false;
  return createHash(signer.certificate.digest).update(der).digest().equals(signer.certificate.hash);
}

function namesAuthority({ info: { authority } }: ReadToken, { subject }: ParsedCertificate): boolean {
  return authority === null || (authority.form === 'directory' && authority.name.key === subject.key);
}

function problemOfSignature({ signer, content }: ReadToken, { key }: ParsedCertificate): TimestampProblem | null {
  if (signer.contentType !== timestampInfoType) return 'other-content';
  if (!createHash(signer.digest).update(content).digest().equals(signer.messageDigest)) return 'other-content';
  const algorithm = cmsAlgorithm(signer.algorithm, signer.digest);
  if (algorithm === null) return 'weak-algorithm';
  return isSignedBy(key, { bytes: signer.signed, algorithm, signature: signer.signature }) ? null : 'bad-signature';
}

function problemOfPath(
  signer: ParsedCertificate,
  candidates: readonly ParsedCertificate[],
  anchors: readonly ParsedCertificate[],
  time: Date,
): TimestampProblem | null {
  let problem: TimestampProblem = 'unknown-authority';
  for (const path of buildPaths(signer, candidates, anchors)) {
    const refusal = refusalOfTimestampPath(path, time);
    if (refusal === null) return null;
    if (problem === 'unknown-authority') problem = refusal;
  }
  return problem;
}
