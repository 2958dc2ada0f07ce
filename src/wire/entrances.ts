import type { getRequestListener } from '@hono/node-server';
import { type Connections, type HttpsListener, httpsListener } from '../api/https-listener.ts';
import type { MalformedRequests } from '../api/malformed-request.ts';
import type { ListenerName, Metrics } from '../api/metrics.ts';
import type { Config } from '../config.ts';
import { partnerListenerTls, publicListenerTls } from '../crypto/tls.ts';
import type { Certificates } from './certificates.ts';
import type { Opened } from './opened.ts';

type Handler = Parameters<typeof getRequestListener>[0];

interface Surroundings {
  readonly config: Config;
  readonly opened: Opened;
  readonly certificates: Certificates;
  readonly malformed: MalformedRequests;
  readonly metrics: Pick<Metrics, 'connectionOpened' | 'connectionClosed'>;
}

/** Where partners' systems come in with their own certificates, each judged as long as its connection is open. */
export async function openPartnerEntrance(
  handle: Handler,
  { config, opened, certificates, malformed, metrics }: Surroundings,
): Promise<HttpsListener> {
  const { identity, trust, onSecure } = certificates;
  const tls = partnerListenerTls(identity.current(), trust.current());
  const counted = countedConnections(metrics, 'partners', onSecure);
  const listener = await httpsListener(handle, config.partnerListener, tls, malformed, counted);
  certificates.follow(listener, partnerListenerTls);
  certificates.guard(listener);
  return opened.add(listener, (open) => open.close());
}

/** Where people come in by browser, and everybody may read what is public. */
export async function openPublicEntrance(
  handle: Handler,
  { config, opened, certificates, malformed, metrics }: Surroundings,
): Promise<HttpsListener> {
  const tls = publicListenerTls(certificates.identity.current());
  const counted = countedConnections(metrics, 'public');
  const listener = await httpsListener(handle, config.publicListener, tls, malformed, counted);
  certificates.follow(listener, publicListenerTls);
  return opened.add(listener, (open) => open.close());
}

function countedConnections(
  metrics: Surroundings['metrics'],
  name: ListenerName,
  onSecure?: Certificates['onSecure'],
): Connections {
  return {
    opened(socket) {
      metrics.connectionOpened(name);
      onSecure?.(socket);
    },
    closed: () => metrics.connectionClosed(name),
  };
}
