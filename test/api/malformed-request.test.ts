import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { malformedRequests } from '../../src/api/malformed-request.ts';
import { partnerApp } from '../../src/api/partner-app.ts';
import { Fault } from '../../src/core/fault.ts';
import { fakeDeps } from './world/fake-deps.ts';

const deps = fakeDeps();
const malformed = malformedRequests(deps);
const { errorHandler } = malformed;
const server = createServer(
  { requireHostHeader: false, maxHeaderSize: 16_384, headersTimeout: 200, connectionsCheckingInterval: 50 },
  getRequestListener(partnerApp(deps).fetch, { errorHandler }),
);
malformed.watch(server);
let port: number;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** Sends bytes as they are, and gives what came back until the other side closed. */
async function raw(text: string): Promise<{ status: number; headers: string; body: string }> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(text);
  await once(socket, 'close');
  const [headers = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  return { status: Number(headers.split(' ')[1]), headers: headers.toLowerCase(), body };
}

const closing = 'connection: close\r\n\r\n';

describe('what is no HTTP request', () => {
  it.each([
    ['noise', 'geheim 900000016\r\n\r\n', 400, 'malformed-request'],
    ['a method that nobody knows', `GEHEIM / HTTP/1.1\r\nhost: a\r\n${closing}`, 400, 'malformed-request'],
    ['no host', `GET / HTTP/1.1\r\n${closing}`, 400, 'malformed-request'],
    ['a host that is none', `GET / HTTP/1.1\r\nhost: geheim host/\r\n${closing}`, 400, 'malformed-request'],
    [
      'headers too large',
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n${closing}`,
      431,
      'headers-too-large',
    ],
    ['headers that do not end', 'GET / HTTP/1.1\r\nhost: a\r\n', 408, 'too-slow'],
  ])('%s is refused like everything else', async (_, text, status, name) => {
    const answer = await raw(text);
    expect(answer.status).toBe(status);
    expect(answer.headers).toContain('content-type: application/problem+json');
    expect(answer.headers).toContain('api-version: 1.0.0');
    expect(answer.headers).toContain('cache-control: no-store');
    expect(JSON.parse(answer.body)).toMatchObject({ status, type: `/problems/${name}` });
    expect(answer.body).not.toMatch(/geheim|900000016/i);
  });

  it('never gets between the bytes of an answer under way', async () => {
    let release = (): unknown => undefined;
    const slow = createServer((_, response) => {
      response.writeHead(200, { 'content-length': '4' });
      response.write('ab');
      release = () => response.end('cd');
    });
    malformed.watch(slow);
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const socket = connect((slow.address() as AddressInfo).port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(socket, 'data');
    socket.write('noise\r\n\r\n');
    await Promise.race([once(socket, 'close'), sleep(2_000)]);
    release();
    expect(Buffer.concat(chunks).toString()).toMatch(/\r\n\r\nab$/);
    slow.closeAllConnections();
    slow.close();
  });
});

describe('what was thrown outside an exchange', () => {
  it('is a problem without its detail, and a line in the log', async () => {
    const answer = errorHandler(new Fault('database-unavailable', 'geheim'));
    expect([answer.status, answer.headers.get('api-version')]).toEqual([503, '1.0.0']);
    expect(await answer.text()).not.toContain('geheim');
    expect(deps.logged.faults.at(-1)).toMatchObject({ fault: 'database-unavailable' });
    expect(errorHandler('geheim').status).toBe(500);
  });
});
