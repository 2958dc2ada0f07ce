import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import type { MalformedRequests } from './malformed-request.ts';

export interface HttpsListener {
  /** The port that it has, also when any was asked for. */
  readonly port: number;
  /** New handshakes use these; what is open stays open. */
  renew(tls: SecureContextOptions): void;
  /** Takes no more, lets what is under way end for a while, then closes what is left. */
  close(): Promise<void>;
}

const limits = {
  /** Headers and body each have to come within this, so that slow senders hold nothing for long. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  maxHeaderSize: 16_384,
  // a missing Host is refused behind it, in our own form
  requireHostHeader: false,
};
const closeMs = 3_000;
const idleMs = 50;

type Handler = Parameters<typeof getRequestListener>[0];

/** An HTTPS server for one app. Rejects when the address is taken. `malformed` answers what never reaches the app. */
export async function httpsListener(
  handle: Handler,
  address: { readonly host: string; readonly port: number },
  tls: TlsOptions,
  malformed?: MalformedRequests,
): Promise<HttpsListener> {
  const options = malformed === undefined ? {} : { errorHandler: malformed.errorHandler };
  const server = createServer({ ...tls, ...limits }, getRequestListener(handle, options));
  malformed?.watch(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    renew: (context) => server.setSecureContext(context),
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const insist = setTimeout(() => server.closeAllConnections(), closeMs);
    // a kept connection becomes idle only when its answer is out
    const idle = setInterval(() => server.closeIdleConnections(), idleMs);
    server.close(() => {
      clearTimeout(insist);
      clearInterval(idle);
      resolve();
    });
  });
}
