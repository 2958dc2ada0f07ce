import type { TLSSocket } from 'node:tls';

interface ProxyRules {
  /** SHA-256 thumbprints, lower-case hexadecimal. */
  readonly certificates: readonly string[];
  readonly now: Date;
}

/**
 * Whether the other end of this connection is one of the gateway's own proxies: its certificate stands under the
 * proxies' authority, is listed, and is valid now, which a connection that is kept open may outlive.
 */
export function isKnownProxy(socket: TLSSocket, { certificates, now }: ProxyRules): boolean {
  const presented = socket.getPeerX509Certificate();
  if (presented === undefined || !socket.authorized) return false;
  if (now < presented.validFromDate || now >= presented.validToDate) return false;
  return certificates.includes(presented.fingerprint256.replaceAll(':', '').toLowerCase());
}
