import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readAddCheckpoint, sizeType } from './add-checkpoint.ts';
import type { Refusal } from './judge-checkpoint.ts';
import type { Answer, Witness } from './witness.ts';

export interface WitnessListening {
  readonly host: string;
  readonly port: number;
  /** PEM; null: without TLS, which the caller allows on loopback alone. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Told of what broke; the caller is told only that something did. */
  readonly onFault: (error: unknown) => void;
}

export interface WitnessListener {
  readonly port: number;
  /** Ends after the answers that are under way. */
  close(): Promise<void>;
}

/** A note with a hundred signatures, and a proof. */
const mostBytes = 131_072;
const patienceMs = 10_000;
const mostConnections = 200;
const path = '/add-checkpoint';

/** Answers `POST /add-checkpoint` as C2SP tlog-witness has it, and nothing else. */
export async function listenAsWitness(witness: Witness, listening: WitnessListening): Promise<WitnessListener> {
  const handle: RequestListener = (request, response) => {
    answer(witness, request, response).catch((error: unknown) => {
      listening.onFault(error);
      if (!response.headersSent) send(response, 500, 'the witness could not do this; nothing was cosigned\n');
      else response.destroy();
    });
  };
  const limits = { requestTimeout: patienceMs, headersTimeout: patienceMs, maxHeaderSize: 8_192 };
  const server: Server =
    listening.tls === null
      ? createServer(limits, handle)
      : createTlsServer({ ...limits, ...listening.tls, minVersion: 'TLSv1.2' }, handle);
  server.maxConnections = mostConnections;
  await new Promise<void>((open, failed) => {
    server.once('error', failed);
    server.listen(listening.port, listening.host, () => {
      server.off('error', failed);
      open();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeIdleConnections();
      }),
  };
}

async function answer(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [target] = (request.url ?? '').split('?');
  if (target !== path) return refuse(request, response, 404, 'there is nothing here but POST /add-checkpoint\n');
  if (request.method !== 'POST') return refuse(request, response, 405, 'only POST\n', { allow: 'POST' });
  const body = await bodyOf(request);
  if (body === null) return refuse(request, response, 413, 'this is longer than any checkpoint\n');
  const text = textOf(body);
  const asked = text === null ? null : readAddCheckpoint(text);
  const given: Answer = asked === null ? { why: 'malformed' } : await witness.add(asked);
  if ('line' in given) return send(response, 200, given.line);
  if (given.why === 'other-size' || given.why === 'forked')
    return send(response, 409, `${given.size}\n`, { 'content-type': sizeType });
  const [status, words] = said[given.why];
  return send(response, status, `${words}\n`);
}

const said: Readonly<
  Record<Exclude<Refusal['why'], 'other-size' | 'forked'>, readonly [status: number, words: string]>
> = {
  malformed: [400, 'this is no request for a cosignature'],
  shrinks: [400, 'the old size is larger than the checkpoint'],
  untrusted: [403, 'no key that is known for this log signed this, or one of them did not'],
  'unknown-log': [404, 'this log is not known here'],
  'not-proved': [422, 'the proof does not show that this continues what was cosigned before'],
};

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > mostBytes) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function textOf(body: Buffer): string | null {
  const text = body.toString('utf8');
  return Buffer.from(text).equals(body) ? text : null;
}

/** Of a request that was not read to its end: its connection ends with the answer. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  words: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.once('finish', () => request.destroy());
  send(response, status, words, { ...headers, connection: 'close' });
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}
