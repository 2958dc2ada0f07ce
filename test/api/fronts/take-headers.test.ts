import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takenHeaders, takingHeaders } from '../../../src/api/fronts/take-headers.ts';

let server: Server;
let removed = 0;

/** Everything that an app behind it can see of a request's headers, and what was taken out. */
function seenOf(request: Request, incoming: IncomingMessage) {
  return {
    headers: [...request.headers.keys()],
    one: request.headers.get('client-cert'),
    raw: incoming.rawHeaders.filter((_, index) => index % 2 === 0),
    node: Object.keys(incoming.headers),
    distinct: Object.keys(incoming.headersDistinct),
    taken: Object.fromEntries(takenHeaders(incoming)),
  };
}

beforeAll(async () => {
  const handle = (request: Request, env: unknown) => Response.json(seenOf(request, (env as HttpBindings).incoming));
  const taking = takingHeaders(handle, (count) => {
    removed += count;
  });
  server = createServer(getRequestListener(taking));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

function ask(headers: readonly string[]): Promise<ReturnType<typeof seenOf>> {
  const text = `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n`;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8').split('\r\n\r\n')[1] ?? '')));
  });
}

describe('a header that only a front may send', () => {
  const names = [
    ...['Client-Cert', 'client-cert', 'CLIENT-CERT', 'Client_Cert', 'Client-Cert-Chain', 'X-SSL-Client-Cert'],
    ...['X-SSL-Client-Verify', 'SSL-Client-Cert', 'X-Client-Cert', 'X-Forwarded-Client-Cert', 'X-Client-Verify'],
    ...['X-Forwarded-Tls-Client-Cert', 'X-Forwarded-Tls-Client-Cert-Info', 'X-ARR-ClientCert', 'X-Client-DN'],
    ...['X-Amzn-Mtls-Clientcert', 'Fsc-Authorization', 'Fsc-Transaction-Id', 'fsc_authorization', 'FSC-Grant-Hash'],
  ];
  it.each(names)('%s is not there for whoever reads the request, and is for whoever asks for it', async (name) => {
    const before = removed;
    const seen = await ask([`${name}: secret`, 'X-Kept: kept']);
    const plain = name.toLowerCase().replaceAll('_', '-');
    for (const where of [seen.headers, seen.raw, seen.node, seen.distinct]) {
      expect(where.map((one) => one.toLowerCase().replaceAll('_', '-'))).not.toContain(plain);
      expect(where.map((one) => one.toLowerCase())).toContain('x-kept');
    }
    expect(seen.taken).toEqual({ [name.toLowerCase()]: ['secret'] });
    expect(removed - before).toBe(1);
  });

  it('is taken each time that it is there, in its order, and as it was spelt', async () => {
    const seen = await ask(['Client-Cert: one', 'X-Kept: kept', 'client-cert: two', 'Client_Cert: three']);
    expect(seen.taken).toEqual({ 'client-cert': ['one', 'two'], client_cert: ['three'] });
    expect(seen.one).toBeNull();
  });
});

it('other headers stay as they were', async () => {
  const kept = ['Client-Certificate-Note: a', 'X-Client: b', 'Fscx: c', 'Authorization: d', 'traceparent: e'];
  const seen = await ask(kept);
  expect(seen.taken).toEqual({});
  expect(seen.headers).toEqual(expect.arrayContaining(['x-client', 'fscx', 'authorization', 'traceparent']));
});
