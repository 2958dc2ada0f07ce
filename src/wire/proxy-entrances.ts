import type { TLSSocket } from 'node:tls';
import type { getRequestListener } from '@hono/node-server';
import { readForwardedPath } from '../api/fronts/proxy-headers.ts';
import { socketListener } from '../api/fronts/socket-listener.ts';
import { httpsListener } from '../api/https-listener.ts';
import type { MalformedRequests } from '../api/malformed-request.ts';
import { refuse } from '../core/result.ts';
import { verifyCertificate } from '../crypto/certificate.ts';
import { isKnownProxy, isUnderProxies } from '../crypto/known-proxy.ts';
import { proxyListenerTls } from '../crypto/tls.ts';
import type { WatchedTrust } from '../crypto/watch-trust.ts';
import type { ProxyFront } from '../front-settings.ts';
import type { Certificates } from './certificates.ts';
import type { Identifying } from './identify.ts';
import type { Opened } from './opened.ts';

type Handler = Parameters<typeof getRequestListener>[0];

/** The headers that are believed behind these entrances, and nowhere else. */
export const proxyHeaders = ['client-cert', 'client-cert-chain'] as const;

/** Whether a connection is of a proxy of our own. */
type IsProxy = (socket: TLSSocket) => boolean;

/**
 * Whose certificate a proxy of our own says that it met, judged here as if it had come by TLS. `isProxy` is null on a
 * unix socket, whose folder and mode already say who may connect.
 */
export function proxiedPeer(
  trust: WatchedTrust,
  { acceptTestOins, isProxy }: { readonly acceptTestOins: boolean; readonly isProxy: IsProxy | null },
): Identifying['peerOf'] {
  return async (context, taken) => {
    if (isProxy?.(context.env.incoming.socket as TLSSocket) === false) return refuse('proxy-not-known');
    const path = readForwardedPath(taken);
    if (!path.ok) return path;
    return verifyCertificate(path.value, { trust: trust.current(), acceptTestOins, now: new Date() });
  };
}

/** Opens the entrances for proxies that are set up; gives the port of the one over TLS. */
export async function openProxyEntrances(
  { listener, socket }: ProxyFront,
  opened: Opened,
  {
    appFor,
    certificates,
    malformed,
  }: {
    /** The partners' app as it is behind one entrance. */
    readonly appFor: (isProxy: IsProxy | null) => Handler;
    readonly certificates: Pick<Certificates, 'identity' | 'proxies' | 'follow' | 'guard'>;
    readonly malformed: MalformedRequests;
  },
): Promise<number | null> {
  if (socket !== null) opened.add(await socketListener(appFor(null), socket, malformed), (open) => open.close());
  if (listener === null) return null;
  const proxies = certificates.proxies({ caFiles: [listener.ca], crlFiles: [listener.crl] });
  const rules = () => ({ trust: proxies.current(), now: new Date() });
  const tls = proxyListenerTls(certificates.identity.current(), proxies.current());
  const isProxy: IsProxy = (socket) => isKnownProxy(socket, { certificates: listener.certificates, ...rules() });
  const open = await httpsListener(appFor(isProxy), listener, tls, malformed);
  certificates.follow(open, (identity) => proxyListenerTls(identity, proxies.current()));
  certificates.guard(open, (socket) => isUnderProxies(socket, rules()));
  opened.add(open, (one) => one.close());
  return open.port;
}
