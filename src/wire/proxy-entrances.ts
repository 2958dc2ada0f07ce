import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import type { getRequestListener } from '@hono/node-server';
import { readForwardedPath } from '../api/fronts/proxy-headers.ts';
import { socketListener } from '../api/fronts/socket-listener.ts';
import { httpsListener } from '../api/https-listener.ts';
import type { MalformedRequests } from '../api/malformed-request.ts';
import { refuse } from '../core/result.ts';
import { verifyCertificate } from '../crypto/certificate.ts';
import { isKnownProxy } from '../crypto/known-proxy.ts';
import { proxyListenerTls } from '../crypto/tls.ts';
import type { WatchedTrust } from '../crypto/watch-trust.ts';
import type { ProxyFront } from '../front-settings.ts';
import type { Certificates } from './certificates.ts';
import type { Identifying } from './identify.ts';
import type { Opened } from './opened.ts';

type Handler = Parameters<typeof getRequestListener>[0];

/** The headers that are believed behind these entrances, and nowhere else. */
export const proxyHeaders = ['client-cert', 'client-cert-chain'] as const;

/**
 * Whose certificate a proxy of our own says that it met, judged here as if it had come by TLS. `listed`: the proxies'
 * own certificates; null on a unix socket, whose folder and mode already say who may connect.
 */
export function proxiedPeer(
  trust: WatchedTrust,
  { acceptTestOins, listed }: { readonly acceptTestOins: boolean; readonly listed: readonly string[] | null },
): Identifying['peerOf'] {
  return async (context, taken) => {
    const now = new Date();
    const socket = context.env.incoming.socket as TLSSocket;
    if (listed !== null && !isKnownProxy(socket, { certificates: listed, now })) return refuse('proxy-not-known');
    const path = readForwardedPath(taken);
    if (!path.ok) return path;
    return verifyCertificate(path.value, { trust: trust.current(), acceptTestOins, now });
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
    readonly appFor: (listed: readonly string[] | null) => Handler;
    readonly certificates: Pick<Certificates, 'identity' | 'follow'>;
    readonly malformed: MalformedRequests;
  },
): Promise<number | null> {
  if (socket !== null) opened.add(await socketListener(appFor(null), socket, malformed), (open) => open.close());
  if (listener === null) return null;
  const ca = readFileSync(listener.ca, 'utf8');
  const tls = proxyListenerTls(certificates.identity.current(), ca);
  const open = await httpsListener(appFor(listener.certificates), listener, tls, malformed);
  certificates.follow(open, (identity) => proxyListenerTls(identity, ca));
  opened.add(open, (one) => one.close());
  return open.port;
}
