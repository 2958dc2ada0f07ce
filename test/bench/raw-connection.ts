import { connect, type TLSSocket } from 'node:tls';

/** PEM texts with which a bench process presents itself, and the authority that it trusts. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** One kept HTTPS connection that answers one exchange at a time. */
export interface RawConnection {
  /** Sends one complete request; resolves with the status when its answer has been read to the end. */
  exchange(request: string): Promise<number>;
  close(): void;
}

const headEnd = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('\r\n0\r\n\r\n');

/** The status of the answer in `received`, or null while it is not complete. */
export function completeStatus(received: Buffer): number | null {
  const head = received.indexOf(headEnd);
  if (head === -1) return null;
  const text = received.toString('latin1', 0, head).toLowerCase();
  const status = Number(text.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/.exec(text)?.[1];
  if (length !== undefined) return received.length - head - headEnd.length >= Number(length) ? status : null;
  if (!/\r\ntransfer-encoding: *chunked/.test(text)) throw new Error('an answer without length');
  // JSON holds no bare line ends, so these bytes are found at the end only. An empty body starts with them.
  return received.subarray(head + 2).indexOf(lastChunk) === -1 ? null : status;
}

/**
 * A client as light as can be, so that the load generator takes little of the processors that it
 * shares with what it measures: node:https would cost more than the gateway's own HTTP.
 */
export async function openConnection(url: URL, credentials: Credentials): Promise<RawConnection> {
  const port = Number(url.port);
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const opening = connect({ host: url.hostname, port, servername: 'localhost', ...credentials }, () =>
      resolve(opening),
    );
    opening.once('error', reject);
  });
  socket.setNoDelay(true);
  let chunks: Buffer[] = [];
  let waiting: { resolve(status: number): void; reject(error: Error): void } | null = null;

  function settle(chunk: Buffer): void {
    chunks.push(chunk);
    const status = completeStatus(chunks.length === 1 ? chunk : Buffer.concat(chunks));
    if (status === null) return;
    chunks = [];
    const done = waiting;
    waiting = null;
    done?.resolve(status);
  }
  function fail(error: Error): void {
    const lost = waiting;
    waiting = null;
    lost?.reject(error);
  }
  socket.on('data', settle);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed')));
  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
