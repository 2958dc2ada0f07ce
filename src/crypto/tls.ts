import { constants, createPrivateKey, X509Certificate as NodeCertificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { isDemoCertificate } from './demo-marker.ts';
import { parseCertificate } from './path/parse-certificate.ts';
import { type Environment, type Trust, TrustError } from './trust.ts';

/** The gateway's own certificate (with its chain) and key, PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/**
 * TLS 1.2 and 1.3 with the suites and groups that the NCSC calls good: forward secret, authenticated
 * encryption only.
 */
const strictTls = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
  ecdhCurve: 'X25519:P-256:P-384:X448',
  honorCipherOrder: true,
  // nothing of ours needs it, and each one costs a handshake
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const satisfies SecureContextOptions;

/** Reads a certificate and the key that belongs to it. Throws `TrustError` naming the file at fault. */
export function loadIdentity(
  files: { readonly certificateFile: string; readonly keyFile: string },
  { environment, now }: { readonly environment: Environment; readonly now: Date },
): Identity {
  const cert = readText(files.certificateFile);
  const key = readText(files.keyFile);
  const certificate = understood(files.certificateFile, 'certificate', () => new NodeCertificate(cert));
  const parsed = understood(files.certificateFile, 'certificate', () => parseCertificate(certificate.raw));
  const privateKey = understood(files.keyFile, 'private key', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new TrustError(`${files.keyFile}: is not the key of ${files.certificateFile}`);
  if (certificate.validFromDate > now || certificate.validToDate <= now)
    throw new TrustError(`${files.certificateFile}: is not valid now`);
  if (environment !== 'demo' && isDemoCertificate(parsed))
    throw new TrustError(`${files.certificateFile}: is of a demo authority and may not be used outside the demo`);
  return { cert, key };
}

/**
 * Options of the listener for partners. A peer that TLS would turn away comes in all the same, so that
 * a problem document can tell it why: `verifyPeer` must stand before everything behind this listener.
 */
export function partnerListenerTls(identity: Identity, trust: Trust) {
  return {
    ...strictTls,
    ...identity,
    ca: [...trust.ca],
    crl: [...trust.crl],
    requestCert: true,
    rejectUnauthorized: false,
  };
}

/**
 * Options of the entrance for the gateway's own proxies: nobody without a certificate under their authority, not
 * revoked, gets through the handshake. Which of those is a proxy is for `isKnownProxy` to say, at every request.
 */
export function proxyListenerTls(identity: Identity, proxies: Trust) {
  const { ca, crl } = proxies;
  return { ...strictTls, ...identity, ca: [...ca], crl: [...crl], requestCert: true, rejectUnauthorized: true };
}

/** Options of the listener for people and the public: no certificate is asked. */
export function publicListenerTls(identity: Identity) {
  return { ...strictTls, ...identity };
}

/** Options of the gateway as client of a source: the server must hold a valid, unrevoked certificate for its name. */
export function sourceClientTls(identity: Identity, trust: Trust) {
  return { ...strictTls, ...identity, ca: [...trust.ca], crl: [...trust.crl], rejectUnauthorized: true };
}

function readText(file: string): string {
  return understood(file, 'file', () => readFileSync(file, 'utf8'));
}

function understood<T>(file: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // OpenSSL's own text may quote the file; its code says enough.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new TrustError(`${file}: cannot be read as ${what} (${code})`);
  }
}
