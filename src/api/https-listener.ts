import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setImmediate as breathe } from 'node:timers/promises';
import type { SecureContextOptions, TLSSocket, TlsOptions } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import type { MalformedRequests } from './malformed-request.ts';
import { boundPendingHandshakes } from './pending-handshakes.ts';
import { strictForm } from './strict-form.ts';

export interface HttpsListener {
  /** The port that it has, also when any was asked for. */
  readonly port: number;
  /** New handshakes use these; what is open stays open. */
  renew(tls: SecureContextOptions): void;
  /** Closes each open connection that is not good any more, also an idle one, and tells of each. */
  recheck(isStillGood: (socket: TLSSocket) => boolean | Promise<boolean>, onClosed?: () => void): Promise<void>;
  /** Takes no more, lets what is under way end for a while, then closes what is left. */
  close(): Promise<void>;
}

const limits = {
  /** Whoever connects and does not speak TLS is gone after this. */
  handshakeTimeout: 10_000,
  /** Headers and body each have to come within this, so that slow senders hold nothing for long. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Node looks at both no more often than this. */
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 60_000,
  maxHeaderSize: 16_384,
  // a missing Host is refused behind it, in our own form
  requireHostHeader: false,
};
/** Connections looked over in one go, so that requests are served in between. */
const recheckAtOnce = 100;
const closeMs = 3_000;
const idleMs = 50;

type Handler = Parameters<typeof getRequestListener>[0];

/** Who is told of connections after their handshake. */
export interface Connections {
  opened(socket: TLSSocket): void;
  closed(): void;
}

/** An HTTPS server for one app. Rejects when the address is taken. `malformed` answers what never reaches the app. */
export async function httpsListener(
  handle: Handler,
  address: { readonly host: string; readonly port: number },
  tls: TlsOptions,
  malformed?: MalformedRequests,
  connections?: Connections,
): Promise<HttpsListener> {
  const options = malformed === undefined ? {} : { errorHandler: malformed.errorHandler };
  const strict = malformed === undefined ? handle : strictForm(handle, malformed);
  const server = createServer({ ...tls, ...limits }, getRequestListener(strict, options));
  malformed?.watch(server);
  boundPendingHandshakes(server);
  const open = openConnections(server, connections);
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
    recheck: (isStillGood, onClosed) => recheck(open, isStillGood, onClosed),
    close: () => closeServer(server),
  };
}

function openConnections(server: Server, connections?: Connections): ReadonlySet<TLSSocket> {
  const open = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      connections?.closed();
    });
    connections?.opened(socket);
  });
  return open;
}

async function recheck(
  open: ReadonlySet<TLSSocket>,
  isStillGood: (socket: TLSSocket) => boolean | Promise<boolean>,
  onClosed?: () => void,
): Promise<void> {
  let looked = 0;
  for (const socket of [...open]) {
    looked += 1;
    if (looked % recheckAtOnce === 0) await breathe();
    if (!open.has(socket) || (await isStillGood(socket))) continue;
    socket.destroy();
    onClosed?.();
  }
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
