import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/core/fault.ts';
import { loadIdentity, sourceClientTls } from '../../src/crypto/tls.ts';
import { loadTrust } from '../../src/crypto/trust.ts';
import { type Credentials, createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { type HttpSources, httpSources } from '../../src/source/http-connector.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { httpForm } from '../world/http-form.ts';
import { questionTo } from './question.ts';

const directory = temporaryDirectory();
const surname = { 'identity.surname': 'Verzonnen' };
let authority: DemoAuthority;
let client: Credentials;
let last: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  authority = await createAuthority(directory.path);
  client = await authority.issueClient({ name: 'gateway', oin: '00000099000000009000' });
});
afterEach(() => last());
afterAll(() => directory.remove());

function tls() {
  const demo = { environment: 'demo', now: new Date() } as const;
  const trust = loadTrust({ caFiles: [authority.caFile], crlFiles: [authority.crlFile] }, demo);
  return sourceClientTls(loadIdentity(client, demo), trust);
}

interface Source {
  readonly sources: HttpSources;
  /** How often it took a question in, and over how many connections. */
  asked: number;
  connections: number;
  /** How it answers after it took a question in. */
  answer(say: (page?: object) => void, hangUp: (after?: string) => void): void;
  readonly credentials: Credentials;
  ask(connector?: object): Promise<unknown>;
}

async function source({ close = false, maxConnections = 64, credentials = {} } = {}): Promise<Source> {
  const issued = await authority.issueServer({ name: 'bron', ...credentials });
  const { certificate: cert, key } = issued;
  const server = createServer({ cert, key, ca: authority.ca, requestCert: true }, async (incoming, outgoing) => {
    await buffer(incoming);
    made.asked += 1;
    const head = { 'content-type': 'application/json', ...(close ? { connection: 'close' } : {}) };
    const say = (page: object = {}) =>
      outgoing.writeHead(200, head).end(JSON.stringify({ nr: '900000001', naam: 'Verzonnen', ...page }));
    made.answer(say, (after) => (after === undefined ? incoming.socket.destroy() : incoming.socket.end(after)));
  });
  server.keepAliveTimeout = 60_000;
  server.on('secureConnection', () => {
    made.connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const form = { type: 'http', url: `https://localhost:${port}/`, fields: { 'identity.surname': '/naam' } };
  const common = { ...form, subject: { scheme: 'bsn', pointer: '/nr' } };
  const sources = httpSources({ tls: tls(), maxConnections });
  const made: Source = {
    sources,
    asked: 0,
    connections: 0,
    credentials: issued,
    answer: (say) => say(),
    ask: (change = {}) =>
      sources.fetch(questionTo(httpForm({ ...common, ...change }))).catch((error: Fault) => error.code),
  };
  last = () => stop(sources, server);
  return made;
}

async function stop(sources: HttpSources, server: Server): Promise<void> {
  sources.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describe('what a connection was judged by has ended', () => {
  test('a list: no session is resumed, since nothing judges it again', async () => {
    const end = Date.now() + 8_000;
    await authority.writeCrls({ nextUpdate: new Date(end) });
    const bron = await source({ close: true });
    await authority.writeCrls();
    expect(await bron.ask()).toEqual(surname);
    expect(await bron.ask()).toEqual(surname);
    await sleep(end - Date.now() + 100);
    expect(await bron.ask()).toBe('source-unavailable');
    expect(bron.asked).toBe(2);
  });

  test('the certificate of the source: nothing more is sent over a connection that stands open', async () => {
    const end = Date.now() + 8_000;
    const bron = await source({ credentials: { notAfter: new Date(end) } });
    for (let n = 0; n < 3; n++) expect(await bron.ask()).toEqual(surname);
    expect(bron.connections).toBe(1);
    await sleep(end - Date.now() + 100);
    expect(await bron.ask()).toBe('source-unavailable');
    expect(bron.asked).toBe(3);
  });

  test('a list that was replaced: a question that waits for a connection goes over one that the new list judged', async () => {
    const bron = await source({ maxConnections: 1 });
    const held: (() => void)[] = [];
    bron.answer = (say) => void held.push(say);
    const [first, second] = [bron.ask(), bron.ask()];
    await expect.poll(() => held.length).toBe(1);
    bron.answer = (say) => say();
    bron.sources.renew(tls());
    held[0]?.();
    expect(await first).toEqual(surname);
    expect(await second).toEqual(surname);
    expect(bron.connections).toBe(2);
  });

  test('a list that was replaced: the next page is not asked of a source that was taken back', async () => {
    const bron = await source({ close: true });
    bron.answer = async (say) => {
      await authority.revoke(bron.credentials);
      bron.sources.renew(tls());
      say({ verder: 2 });
    };
    expect(await bron.ask({ pages: { next: '/verder', put: '/blad', atMost: 3 } })).toBe('source-unavailable');
    expect(bron.asked).toBe(1);
  });
});

describe('a source that closes a kept connection when a question comes', () => {
  async function withKept(): Promise<Source> {
    const bron = await source();
    const held: (() => void)[] = [];
    bron.answer = (say) => void held.push(say);
    const asked = Array.from({ length: 8 }, () => bron.ask());
    await expect.poll(() => held.length).toBe(8);
    for (const say of held) say();
    await Promise.all(asked);
    bron.asked = 0;
    return bron;
  }

  test('is asked once more at most, over a new connection', async () => {
    const bron = await withKept();
    bron.answer = (_, hangUp) => hangUp();
    expect(await bron.ask()).toBe('source-unavailable');
    expect(bron.asked).toBe(2);
    expect(bron.connections).toBe(9);
  });

  test.each([
    ['a part of an answer', 'HTTP/1.1 200 O'],
    ['a hint', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'],
  ])('is not asked again after %s', async (_, text) => {
    const bron = await withKept();
    bron.answer = (_say, hangUp) => hangUp(text);
    expect(await bron.ask()).toBe('source-unavailable');
    expect(bron.asked).toBe(1);
  });

  test('answers then, and as ever afterwards', async () => {
    const bron = await withKept();
    bron.answer = (say, hangUp) => (bron.asked === 1 ? hangUp() : say());
    expect(await bron.ask()).toEqual(surname);
    expect(bron.asked).toBe(2);
    expect(await bron.ask()).toEqual(surname);
    expect(bron.connections).toBe(9);
  });
});
