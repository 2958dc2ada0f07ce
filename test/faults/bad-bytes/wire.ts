import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** How a connection ended: what it answered, and how. */
export interface Ending {
  /** Status of the first answer; 0: none came. */
  readonly status: number;
  /** Whether the other side closed it; if not, we did, after the time that it got. */
  readonly closed: boolean;
  readonly bytes: Buffer;
  readonly ms: number;
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Sends bytes over plain TCP and waits until the other side closes, or for so long. */
export function overTcp({ host, port }: Target, bytes: Buffer | string, withinMs = 15_000): Promise<Ending> {
  return ending(connectTcp(port, host), bytes, withinMs);
}

/** Sends bytes within TLS. Rejects where the handshake fails. */
export function overTls(target: ConnectionOptions, bytes: Buffer | string, withinMs = 15_000): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(target, () => {
      socket.off('error', reject);
      void ending(socket, bytes, withinMs, true).then(resolve);
    });
    socket.once('error', reject);
  });
}

function ending(socket: Socket, bytes: Buffer | string, withinMs: number, open = false): Promise<Ending> {
  return new Promise((resolve) => {
    const started = performance.now();
    const chunks: Buffer[] = [];
    let closed = true;
    const timer = setTimeout(() => {
      closed = false;
      socket.destroy();
    }, withinMs);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // being cut off is an answer too
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      const all = Buffer.concat(chunks);
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(all.toString('latin1'))?.[1] ?? 0);
      resolve({ status, closed, bytes: all, ms: performance.now() - started });
    });
    if (open) socket.write(bytes);
    else socket.once('connect', () => socket.write(bytes));
  });
}

/** Every status that one connection answered with. */
export function statuses({ bytes }: Ending): readonly number[] {
  return [...bytes.toString('latin1').matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status));
}
