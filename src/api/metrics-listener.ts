import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export interface MetricsListener {
  /** The port that it has, also when any was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

const limits = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 30_000, maxHeaderSize: 8_192 };

/**
 * `GET /metrics` over plain HTTP, apart from what partners and people reach: for a scraper on this machine, or on a
 * network that only operators are on. Rejects when the address is taken.
 */
export async function metricsListener(
  metrics: Pick<Metrics, 'text' | 'contentType'>,
  address: { readonly host: string; readonly port: number },
): Promise<MetricsListener> {
  const server = createServer(limits, (incoming, outgoing) => {
    const plain = (status: number, headers: Readonly<Record<string, string>> = {}): void => {
      outgoing.writeHead(status, { 'content-length': '0', ...headers }).end();
    };
    if (incoming.url !== '/metrics') return plain(404);
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return plain(405, { allow: 'GET, HEAD' });
    metrics.text().then(
      (text) => outgoing.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text),
      () => plain(500),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
