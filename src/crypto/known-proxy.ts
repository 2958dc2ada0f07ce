import type { TLSSocket } from 'node:tls';
import { buildPaths } from './path/build-paths.ts';
import { DerError } from './path/der.ts';
import { type ParsedCertificate, parseCertificate } from './path/parse-certificate.ts';
import { goodDuring, refusalOfPath } from './path/validate-path.ts';
import type { Trust } from './trust.ts';

interface ProxyRules {
  /** The proxies' authority and its revocation lists. */
  readonly trust: Trust;
  readonly now: Date;
}

/**
 * Whether the other end of this connection is one of the gateway's own proxies: its certificate is good under the
 * proxies' authority, and listed by its SHA-256 thumbprint in lower-case hexadecimal.
 */
export function isKnownProxy(
  socket: TLSSocket,
  { certificates, ...rules }: ProxyRules & { readonly certificates: readonly string[] },
): boolean {
  const presented = socket.getPeerX509Certificate();
  if (presented === undefined || !isUnderProxies(socket, rules)) return false;
  return certificates.includes(presented.fingerprint256.replaceAll(':', '').toLowerCase());
}

interface Judged {
  readonly trust: Trust;
  /** Half-open: in this time nothing changes by itself; null: it is not good. */
  readonly during: readonly [from: Date, until: Date] | null;
}

const connections = new WeakMap<TLSSocket, Judged>();

/**
 * Whether the certificate of this connection is good now under the proxies' authority: a connection that is kept open
 * may outlive its dates, and its being taken back. Cheap enough to call for every request.
 */
export function isUnderProxies(socket: TLSSocket, { trust, now }: ProxyRules): boolean {
  const holds = ({ during }: Judged): boolean => during !== null && during[0] <= now && now < during[1];
  const known = connections.get(socket);
  if (known !== undefined && known.trust === trust && holds(known)) return true;
  const presented = socket.getPeerX509Certificate();
  if (presented === undefined || !socket.authorized) return false;
  const judged = { trust, during: goodTime(presented.raw, { trust, now }) };
  connections.set(socket, judged);
  return holds(judged);
}

function goodTime(certificate: Buffer, { trust, now }: ProxyRules): Judged['during'] {
  const leaf = parsed(certificate);
  if (leaf === null) return null;
  const demands = { lists: trust.lists, policies: [], now };
  for (const path of buildPaths(leaf, trust.intermediates, trust.anchors))
    if (refusalOfPath(path, demands) === null) return goodDuring(path, demands);
  return null;
}

function parsed(certificate: Buffer): ParsedCertificate | null {
  try {
    return parseCertificate(certificate);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}
