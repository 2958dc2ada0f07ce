import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../../src/demo/authority.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { useChain } from '../world/chain.ts';
import { goodClient, type Served } from './bad-bytes/good-client.ts';
import { noHandshake, smuggling } from './bad-bytes/shapes.ts';
import { overTcp, overTls, statuses, type Target } from './bad-bytes/wire.ts';

const chain = useChain();
/** Of this process; the gateway closes most of its own ends. */
const openFiles = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) || 1_024;
const halfOpen = Math.min(10_000, openFiles - 500);

let served: { stop(): Promise<Served> };
let calm: Served;
let quietKb = 0;
let mostKb = 0;
let watching: NodeJS.Timeout;

beforeAll(async () => {
  const client = chain().client(roles.municipality);
  const before = goodClient(client);
  await sleep(3_000);
  calm = await before.stop();
  quietKb = residentKb();
  watching = setInterval(() => {
    mostKb = Math.max(mostKb, residentKb());
  }, 250);
  served = goodClient(client);
});

afterAll(() => clearInterval(watching));

function residentKb(): number {
  const status = readFileSync(`/proc/${chain().world.gateways[0]?.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}

function target(): Target {
  const { hostname, port } = new URL(chain().world.gateways[0]?.ready.partnerUrl ?? '');
  return { host: hostname, port: Number(port) };
}

/** As a partner that may do everything else: what is refused here is refused for its form. */
function asPartner(more: ConnectionOptions = {}): ConnectionOptions {
  const { authority, credentials } = chain().world;
  const { certificate: cert, key }: Credentials = credentials.get(roles.municipality) as Credentials;
  return { ...target(), servername: 'localhost', ca: authority.ca, cert, key, ...more };
}

describe('bytes that are no handshake end the connection', () => {
  it.each(Object.entries(noHandshake))('%s', async (_, bytes) => {
    const end = await overTcp(target(), bytes, 20_000);
    expect(end.closed).toBe(true);
    expect(end.bytes.toString('latin1')).not.toMatch(/ 200 |\{/);
  });

  it('a handshake that is cut off half way, a hundred times', async () => {
    const hello = await firstFlight();
    const ends = Array.from({ length: 100 }, async (_, index) => {
      const socket = connectTcp(target().port, target().host);
      await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
      socket.write(hello.subarray(0, 1 + Math.floor((hello.length * index) / 100)));
      await sleep(20);
      socket.resetAndDestroy();
    });
    await Promise.all(ends);
  });

  it('a handshake one byte of which is another, two hundred times', async () => {
    const hello = await firstFlight();
    for (let at = 0; at < 200; at++) {
      const spoilt = Buffer.from(hello);
      const place = (at * 7) % spoilt.length;
      spoilt.writeUInt8(spoilt.readUInt8(place) ^ 0x5a, place);
      const end = await overTcp(target(), spoilt, 40);
      expect(end.bytes.toString('latin1')).not.toContain('HTTP/');
    }
  });
});

describe('TLS that is too old or too weak', () => {
  it.each<[string, SecureVersion]>([
    ['1.0', 'TLSv1'],
    ['1.1', 'TLSv1.1'],
  ])('TLS %s', async (_, version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
    await expect(overTls(asPartner(old), 'GET / HTTP/1.1\r\n\r\n')).rejects.toThrow();
  });

  it.each([
    'AES128-SHA',
    'AES256-GCM-SHA384',
    'ECDHE-ECDSA-AES128-SHA',
    'ECDHE-ECDSA-AES256-SHA384',
    'DHE-RSA-AES256-GCM-SHA384',
    'NULL-SHA256',
    'ECDHE-ECDSA-AES128-CCM8',
    'ADH-AES128-SHA',
  ])('%s', async (ciphers) => {
    const weak = { maxVersion: 'TLSv1.2' as const, ciphers: `${ciphers}:@SECLEVEL=0` };
    await expect(overTls(asPartner(weak), 'GET / HTTP/1.1\r\n\r\n')).rejects.toThrow();
  });

  it('renegotiation', async () => {
    const socket = await established({ maxVersion: 'TLSv1.2' });
    const outcome = await new Promise<string>((resolve) => {
      socket.once('error', () => resolve('refused'));
      socket.once('close', () => resolve('refused'));
      socket.renegotiate({}, (error) => resolve(error === null ? 'renegotiated' : 'refused'));
    });
    socket.destroy();
    expect(outcome).toBe('refused');
  });
});

describe('requests that two readers may read as two things', () => {
  it('are sent by somebody who is served when the form is right', async () => {
    const right = 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect((await overTls(asPartner(), right)).status).toBe(200);
  });

  it.each(Object.entries(smuggling))('%s: closed or 4xx, and answered no more than once', async (_, text) => {
    const end = await overTls(asPartner(), Buffer.from(text, 'latin1'), 2_000);
    const all = statuses(end);
    expect(all.length === 0 ? end.closed : true).toBe(true);
    expect(all.length).toBeLessThanOrEqual(1);
    for (const status of all) expect(status >= 400 && status < 500, `answered ${status}`).toBe(true);
    // Refused for its form, not for what was in it.
    if (all.length > 0)
      expect(end.bytes.toString('latin1')).toMatch(/\/problems\/(malformed-request|headers-too-large)/);
  });

  it('headers of 100 KiB: 431', async () => {
    const long = `GET /v1/events HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(102_400)}\r\n\r\n`;
    const end = await overTls(asPartner(), long, 5_000);
    expect([0, 431]).toContain(end.status);
    expect(end.closed).toBe(true);
  });

  it('5,000 headers', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `X-${index}: a\r\n`).join('');
    const end = await overTls(asPartner(), `GET /v1/events HTTP/1.1\r\nHost: localhost\r\n${many}\r\n`, 5_000);
    expect([0, 431]).toContain(end.status);
  });
});

describe('who is slow holds nothing for long', () => {
  it('two hundred that send a header byte by byte', async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => established()));
    const started = performance.now();
    const ends = sockets.map((socket) => drip(socket, 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', 500));
    const all = await Promise.all(ends);
    expect(performance.now() - started).toBeLessThan(20_000);
    for (const status of all) expect([0, 408]).toContain(status);
  });

  it('fifty that send a body byte by byte', async () => {
    const head =
      'POST /v1/requests HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n';
    const sockets = await Promise.all(Array.from({ length: 50 }, () => established()));
    const started = performance.now();
    const all = await Promise.all(sockets.map((socket) => drip(socket, head, 1_000, true)));
    expect(performance.now() - started).toBeLessThan(45_000);
    for (const status of all) expect([0, 400, 408]).toContain(status);
  });

  it(`${halfOpen} half-open connections: TCP without a handshake`, async () => {
    const sockets: Socket[] = [];
    const { host, port } = target();
    for (let opened = 0; opened < halfOpen; opened += 200) {
      const some = Array.from({ length: Math.min(200, halfOpen - opened) }, () => connectTcp(port, host));
      for (const socket of some) socket.on('error', () => undefined);
      sockets.push(...some);
      await Promise.all(
        some.map((socket) => new Promise<void>((done) => socket.once('connect', done).once('close', done))),
      );
    }
    // A new caller gets through all of them.
    const right = 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const end = await overTls(asPartner(), right);
    expect(end.status).toBe(200);
    const deadline = performance.now() + 60_000;
    while (sockets.some((socket) => !socket.closed) && performance.now() < deadline) await sleep(200);
    expect(sockets.filter((socket) => !socket.closed).length).toBe(0);
  });
});

it('all the while a good client was served, and the gateway stayed small', async () => {
  const { calls, unserved, medianMs, p99Ms, slowestMs } = await served.stop();
  const grownMb = Math.round((mostKb - quietKb) / 1_024);
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  process.stdout.write(
    `good client: ${calls} calls, median ${ms(medianMs)}, p99 ${ms(p99Ms)}, slowest ${ms(slowestMs)} ` +
      `(before: median ${ms(calm.medianMs)}, p99 ${ms(calm.p99Ms)}); ` +
      `gateway ${Math.round(quietKb / 1_024)} MB before, at most ${grownMb} MB more\n`,
  );
  expect(unserved).toEqual([]);
  expect(calls).toBeGreaterThan(100);
  expect(p99Ms).toBeLessThan(3_000);
  expect(grownMb).toBeLessThan(400);
});

/** What a client of ours says first, caught by a listener that never answers. */
function firstFlight(): Promise<Buffer> {
  return new Promise((resolve) => {
    const catcher = createServer((socket) => {
      socket.once('data', (chunk) => {
        socket.destroy();
        catcher.close();
        resolve(chunk);
      });
    });
    catcher.listen(0, '127.0.0.1', () => {
      const { port } = catcher.address() as AddressInfo;
      connectTls({ ...asPartner(), port }).on('error', () => undefined);
    });
  });
}

function established(more: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(asPartner(more), () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** Sends a beginning and then a byte at a time until it is closed; gives the status of what it was answered. */
function drip(socket: TLSSocket, head: string, everyMs: number, body = false): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    socket.write(head);
    const timer = setInterval(() => socket.write(body ? ' ' : 'a'), everyMs);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => {
      clearInterval(timer);
      resolve(Number(text.slice(9, 12)) || 0);
    });
  });
}
