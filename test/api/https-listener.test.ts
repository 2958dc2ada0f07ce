import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpsListener, httpsListener } from '../../src/api/https-listener.ts';
import { malformedRequests } from '../../src/api/malformed-request.ts';
import { partnerApp } from '../../src/api/partner-app.ts';
import { createAuthority } from '../../src/demo/authority.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { recipient } from './world/partners.ts';

let directory: string;
let ca: string;
let tls: { cert: string; key: string };
let listener: HttpsListener;
let entered = (): void => undefined;
const deps = fakeDeps({
  events: {
    feed: () => {
      entered();
      return sleep(300, []);
    },
  },
});
const address = { host: '127.0.0.1', port: 0 };

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sluis-listener-'));
  const authority = await createAuthority(directory);
  const server = await authority.issueServer({ name: 'gateway' });
  ca = authority.ca;
  tls = { cert: server.certificate, key: server.key };
  listener = await httpsListener(partnerApp(deps).fetch, address, tls, malformedRequests(deps));
});
afterAll(async () => {
  await listener.close();
  await rm(directory, { recursive: true, force: true });
});

async function get(port: number, path: string, more: RequestOptions = {}) {
  const outgoing = request({ host: '127.0.0.1', port, path, ca, headers: { 'x-test-unit': recipient }, ...more });
  outgoing.end();
  const [incoming] = await once(outgoing, 'response');
  return { status: incoming.statusCode as number, body: await text(incoming) };
}

describe('an HTTPS listener', () => {
  it('takes a free port and answers with what the app says', async () => {
    expect(listener.port).toBeGreaterThan(0);
    expect((await get(listener.port, '/v1/unknown')).status).toBe(404);
  });

  it('refuses in the same form what is no HTTP', async () => {
    const socket = connect({ port: listener.port, host: '127.0.0.1', ca });
    await once(socket, 'secureConnect');
    socket.write('GET / HTTP/1.1\r\nconnection: close\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('/problems/malformed-request');
    expect(answer.toLowerCase()).toContain('api-version: 1.0.0');
  });

  const shapes: readonly (readonly [what: string, head: string, body: string])[] = [
    ['a coding before chunked', 'POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked', '0\r\n\r\n'],
    [
      'a coding in another header',
      'POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked',
      '0\r\n\r\n',
    ],
    ['a GET with a body', 'GET / HTTP/1.1\r\nContent-Length: 2', '{}'],
    ['a GET with chunks', 'GET / HTTP/1.1\r\nTransfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n'],
    ['a HEAD with a body', 'HEAD / HTTP/1.1\r\nContent-Length: 2', '{}'],
  ];
  it.each(shapes)('refuses %s, once, and closes the connection', async (_, head, body) => {
    const answer = await sent(`${head}\r\nHost: localhost\r\n\r\n${body}`);
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400']);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it.each([
    ['chunks', 'POST /v1/nothing HTTP/1.1\r\nTransfer-Encoding: Chunked', '0\r\n\r\n'],
    ['a GET of length 0', 'GET /v1/nothing HTTP/1.1\r\nContent-Length: 0', ''],
  ])('takes %s', async (_, head, body) => {
    const more = `Host: localhost\r\nX-Test-Unit: ${recipient}\r\nConnection: close`;
    expect(await sent(`${head}\r\n${more}\r\n\r\n${body}`)).toMatch(/^HTTP\/1\.1 404 /);
  });

  /** What comes back until the other side closes. */
  async function sent(bytes: string): Promise<string> {
    const socket = connect({ port: listener.port, host: '127.0.0.1', ca });
    await once(socket, 'secureConnect');
    socket.write(bytes);
    return text(socket);
  }

  it('does not start where the address is taken', async () => {
    const taken = { host: '127.0.0.1', port: listener.port };
    await expect(httpsListener(partnerApp(deps).fetch, taken, tls)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('closed, lets an answer under way end, ends idle connections and takes no more', async () => {
    const other = await httpsListener(partnerApp(deps).fetch, address, tls);
    const agent = new Agent({ keepAlive: true, ca });
    const begun = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const underWay = get(other.port, '/v1/events', { agent });
    await begun;
    const closed = other.close();
    expect((await underWay).status).toBe(200);
    const answered = performance.now();
    await closed;
    expect(performance.now() - answered).toBeLessThan(1_000);
    await expect(get(other.port, '/v1/unknown')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });
});
