import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/core/fault.ts';
import type { HttpConnector } from '../../src/core/partner/connector.ts';
import { loadIdentity, sourceClientTls } from '../../src/crypto/tls.ts';
import { loadTrust } from '../../src/crypto/trust.ts';
import { createAuthority } from '../../src/demo/authority.ts';
import { type HttpSources, httpSources } from '../../src/source/http-connector.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { httpForm } from '../world/http-form.ts';
import { questionTo } from './question.ts';

const directory = temporaryDirectory();
const answer = JSON.stringify({ nr: '900000001', naam: 'Verzonnen' });
/** What becomes of each question, in order; those after the last are answered. */
let course: ('broken' | 'half' | 'failing' | 'slow')[] = [];
let asked = 0;
let told: string[] = [];
let server: Server;
let sources: HttpSources;
let nowMs = 0;

beforeAll(async () => {
  const authority = await createAuthority(directory.path);
  const own = await authority.issueServer({ name: 'bron' });
  const client = await authority.issueClient({ name: 'gateway', oin: '00000099000000009000' });
  server = createServer(
    { cert: own.certificate, key: own.key, ca: authority.ca, requestCert: true },
    (incoming, outgoing) => {
      const next = course[asked];
      asked += 1;
      incoming.resume();
      if (next === 'broken') incoming.socket.destroy();
      else if (next === 'failing') outgoing.writeHead(503, { 'content-type': 'application/json' }).end('{}');
      else if (next !== 'slow') {
        // Each on a connection of its own, so that none is one that was kept and had gone stale.
        outgoing.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
        if (next === 'half') outgoing.write(answer.slice(0, 9), () => incoming.socket.destroy());
        else outgoing.end(answer);
      }
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const demo = { environment: 'demo', now: new Date() } as const;
  const trust = loadTrust({ caFiles: [authority.caFile], crlFiles: [authority.crlFile] }, demo);
  const tls = sourceClientTls(loadIdentity(client, demo), trust);
  const onState = (unit: string, state: string) => {
    told.push(`${unit} ${state}`);
  };
  sources = httpSources({ tls, circuits: { nowMs: () => nowMs, onState } });
});
beforeEach(() => {
  course = [];
  asked = 0;
  told = [];
});
afterAll(async () => {
  sources.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  directory.remove();
});

function connector(change: object = {}): HttpConnector {
  const { port } = server.address() as AddressInfo;
  return httpForm({
    type: 'http',
    url: `https://localhost:${port}/`,
    subject: { scheme: 'bsn', pointer: '/nr' },
    fields: { 'identity.surname': '/naam' },
    ...change,
  });
}

function ask(how: HttpConnector, unitId = 'bron'): Promise<unknown> {
  return sources.fetch(questionTo(how, { unitId })).catch((error: Fault) => error.code);
}

const surname = { 'identity.surname': 'Verzonnen' };

describe('a question that got no answer', () => {
  test('is asked again where that is safe, at most twice', async () => {
    course = ['broken', 'broken'];
    expect(await ask(connector({ safe: true }))).toEqual(surname);
    expect(asked).toBe(3);
    [course, asked] = [['broken', 'broken', 'broken'], 0];
    expect(await ask(connector({ safe: true }))).toBe('source-unavailable');
    expect(asked).toBe(3);
  });

  test('is not asked again where nobody said that it is safe', async () => {
    course = ['broken'];
    expect(await ask(connector())).toBe('source-unavailable');
    expect(asked).toBe(1);
  });

  test.each([
    ['once an answer began', 'half'],
    ['after an answer that says no', 'failing'],
  ] as const)('is not asked again %s', async (_, course0) => {
    course = [course0];
    expect(await ask(connector({ safe: true }))).toBe('source-unavailable');
    expect(asked).toBe(1);
  });

  test('is not asked again once its time is over, pauses included', async () => {
    course = ['slow'];
    expect(await ask(connector({ safe: true, timeoutMs: 1_500 }))).toBe('source-timeout');
    expect(asked).toBe(1);
    [course, asked] = [['broken', 'broken'], 0];
    const began = performance.now();
    expect(await ask(connector({ safe: true, timeoutMs: 250 }))).toBe('source-timeout');
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(asked).toBeLessThan(3);
    // What was on its way when its time ended may still arrive, and is not to be counted with the next.
    await sleep(300);
  });

  test('is not asked again of a server that is not the one', async () => {
    const other = connector({ safe: true, certificates: ['0'.repeat(64)] });
    expect(await ask(other)).toBe('source-unavailable');
    expect(asked).toBe(0);
  });
});

test('a source that stays silent is left alone, tried once when it has rested, and asked again when it answers', async () => {
  const how = connector({ breaker: { after: 2, forMs: 5_000 } });
  course = ['broken', 'broken', 'broken'];
  for (let n = 0; n < 4; n++) expect(await ask(how, 'stil')).toBe('source-unavailable');
  expect(asked).toBe(2);
  expect(await ask(connector(), 'ander')).toBe('source-unavailable');
  nowMs += 5_000;
  expect(await Promise.all([ask(how, 'stil'), ask(how, 'stil')])).toEqual([surname, 'source-unavailable']);
  expect(await ask(how, 'stil')).toEqual(surname);
  expect(told.filter((one) => one.startsWith('stil'))).toEqual([
    'stil closed',
    'stil open',
    'stil half-open',
    'stil closed',
  ]);
});
