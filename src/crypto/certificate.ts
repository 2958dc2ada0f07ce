import 'reflect-metadata';
import type { TLSSocket } from 'node:tls';
import { X509Certificate } from '@peculiar/x509';
import { type Brand, type Instant, instant, mint } from '../core/brand.ts';
import { isTestOin, parseOin } from '../core/partner/oin.ts';
import type { Oin } from '../core/partner/partner.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import { type Revocations, revocationKey } from './trust.ts';

/** Whose system calls: chain, purpose, dates and revocation were checked. Minted by `verifyPeer` alone. */
export type VerifiedCertificate = Brand<
  {
    readonly oin: Oin;
    /** SHA-256 over the DER certificate, lower-case hexadecimal. */
    readonly thumbprint: string;
    readonly notAfter: Instant;
  },
  'VerifiedCertificate'
>;

/** Stable words, safe to tell the peer: they speak of its certificate only. */
export type CertificateRefusal =
  | 'no-certificate'
  | 'unknown-authority'
  | 'expired'
  | 'not-yet-valid'
  | 'revoked'
  /** No current revocation list covers the certificate, so nobody can say that it was not revoked. */
  | 'revocation-unknown'
  /** Not issued for clients. */
  | 'wrong-purpose'
  | 'no-oin'
  | 'several-oins'
  | 'malformed-oin'
  /** A test number where only real organisations come in. */
  | 'test-oin'
  /** Anything else that TLS found wrong. */
  | 'invalid';

export interface PeerRules {
  readonly acceptTestOins: boolean;
  readonly revocations: Revocations;
  readonly now: Date;
}

interface Peer {
  readonly verified: VerifiedCertificate;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revocationKey: string;
}

/** What a connection's certificate says does not change while the connection lasts, and parsing is slow. */
const peers = new WeakMap<TLSSocket, Result<Peer, CertificateRefusal>>();

/**
 * The peer of a connection that was accepted with `partnerListenerTls`. Cheap enough to call for
 * every request, as it must be: a kept-alive connection outlives the certificate's dates and revocation.
 */
export function verifyPeer(socket: TLSSocket, rules: PeerRules): Result<VerifiedCertificate, CertificateRefusal> {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = readPeer(socket, rules.acceptTestOins);
    peers.set(socket, peer);
  }
  if (!peer.ok) return peer;
  const { verified, notBefore, notAfter, ...named } = peer.value;
  if (rules.now < notBefore) return refuse('not-yet-valid');
  if (rules.now >= notAfter) return refuse('expired');
  if (rules.revocations.isRevoked(named.revocationKey)) return refuse('revoked');
  if (rules.now >= rules.revocations.validUntil) return refuse('revocation-unknown');
  return ok(verified);
}

function readPeer(socket: TLSSocket, acceptTestOins: boolean): Result<Peer, CertificateRefusal> {
  const presented = socket.getPeerX509Certificate();
  if (presented === undefined) return refuse('no-certificate');
  if (!socket.authorized) return refuse(refusalOf(socket.authorizationError));
  // OpenSSL lets a certificate without any extended usage through; here absent means no.
  if (!presented.keyUsage?.includes(clientAuth)) return refuse('wrong-purpose');
  const certificate = new X509Certificate(presented.raw);
  const [serialNumber, ...others] = certificate.subjectName.getField(serialNumberOid);
  if (serialNumber === undefined) return refuse('no-oin');
  if (others.length > 0) return refuse('several-oins');
  const oin = parseOin(serialNumber);
  if (oin === null) return refuse('malformed-oin');
  if (isTestOin(oin) && !acceptTestOins) return refuse('test-oin');
  const thumbprint = presented.fingerprint256.replaceAll(':', '').toLowerCase();
  const { notBefore, notAfter } = certificate;
  const verified = mint<VerifiedCertificate>({ oin, thumbprint, notAfter: instant(notAfter) });
  return ok({ verified, notBefore, notAfter, revocationKey: revocationKey(certificate) });
}

const clientAuth = '1.3.6.1.5.5.7.3.2';
const serialNumberOid = '2.5.4.5';

/**
 * Where Node's codes for OpenSSL's verdicts differ only in detail, the peer is told one thing. OpenSSL
 * tells its last verdict only, and for a foreign authority that is the missing list; `loadTrust` lets no
 * trusted CA through without a list, so a missing list can only mean a CA that is not trusted.
 */
const refusals: ReadonlyMap<string, CertificateRefusal> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['CERT_REVOKED', 'revoked'],
  ['INVALID_PURPOSE', 'wrong-purpose'],
  ['UNABLE_TO_GET_CRL_ISSUER', 'revocation-unknown'],
  ['UNABLE_TO_DECRYPT_CRL_SIGNATURE', 'revocation-unknown'],
  ['CRL_SIGNATURE_FAILURE', 'revocation-unknown'],
  ['CRL_NOT_YET_VALID', 'revocation-unknown'],
  ['CRL_HAS_EXPIRED', 'revocation-unknown'],
  ['UNABLE_TO_GET_CRL', 'unknown-authority'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unknown-authority'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown-authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'unknown-authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown-authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-authority'],
  ['CERT_UNTRUSTED', 'unknown-authority'],
  ['CERT_SIGNATURE_FAILURE', 'unknown-authority'],
]);

function refusalOf(error: unknown): CertificateRefusal {
  // The types promise an Error; on the server's side it is the code itself.
  const code = typeof error === 'string' ? error : error instanceof Error && 'code' in error ? String(error.code) : '';
  return refusals.get(code) ?? 'invalid';
}
