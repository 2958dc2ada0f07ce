import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { ApiEnv } from '../../../src/api/ports.ts';

export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

/** A real HTTP listener on a free port of the loopback interface. */
export async function listen(app: Hono<ApiEnv>): Promise<Listener> {
  const server = createServer(getRequestListener(app.fetch));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as it came. */
  readonly bytes: Buffer;
  /** Parsed body, or null where it is not JSON. */
  readonly json: Record<string, unknown>;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
}

export async function send(url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return { status: response.status, headers: response.headers, text, bytes, json: isJson ? JSON.parse(text) : {} };
}

/** Starts a chunked POST that never ends by itself, and tells how much was taken in when the answer came. */
export async function pour(url: string, headers: Readonly<Record<string, string>>, chunk: Buffer, most: number) {
  const outgoing = httpRequest(url, { method: 'POST', headers });
  let poured = 0;
  let answered = false;
  const failed = once(outgoing, 'error').then(() => null);
  const response = once(outgoing, 'response').then(([incoming]) => {
    answered = true;
    return incoming.statusCode as number;
  });
  while (!answered && poured < most) {
    poured += chunk.length;
    if (!outgoing.write(chunk)) await Promise.race([once(outgoing, 'drain'), response, failed]);
  }
  const status = await Promise.race([response, failed]);
  outgoing.on('error', () => undefined);
  outgoing.destroy();
  return { status, poured };
}
