import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { z } from 'zod';

export interface HeldConnection {
  readonly socket: TLSSocket;
  /** What a request on this very connection is answered with: a status, and what kind of problem where it is one. */
  ask(headers?: Readonly<Record<string, string>>): Promise<string>;
  /** The last session that the other end gave. */
  session(): Buffer | undefined;
  /** When the other end closed, as `performance.now()` tells; null while it did not. */
  closedAt(): number | null;
  /** Waits for that; milliseconds since `from`, or null when it did not come within `ms` after it. */
  closedWithin(ms: number, from?: number): Promise<number | null>;
  end(): void;
}

/** A TLS connection that is opened once and asked over as long as it stays open. Rejects where TLS refuses. */
export async function holdConnection(url: string, options: ConnectionOptions): Promise<HeldConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), servername: 'localhost', ...options });
  let session: Buffer | undefined;
  let closedAt: number | null = null;
  socket.on('session', (given: Buffer) => {
    session = given;
  });
  socket.on('close', () => {
    closedAt = performance.now();
  });
  // the reason shows in that it closed
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => socket;
  return {
    socket,
    ask: (headers = {}) => ask(agent, url, headers),
    session: () => session,
    closedAt: () => closedAt,
    async closedWithin(ms, from = performance.now()) {
      while (closedAt === null && performance.now() - from < ms) await sleep(10);
      return closedAt === null ? null : closedAt - from;
    },
    end: () => socket.destroy(),
  };
}

const problem = z.looseObject({ type: z.string() });

function ask(agent: Agent, url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const events = new URL('/v1/events', url.replace('https:', 'http:'));
    const outgoing = request(events, { agent, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        const status = incoming.statusCode ?? 0;
        resolve(status < 400 ? String(status) : `${status} ${problem.parse(JSON.parse(text)).type}`);
      });
    });
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', reject).end();
  });
}
