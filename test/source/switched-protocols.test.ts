import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { JWK } from 'jose';
import { connect } from 'sluis/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/core/fault.ts';
import type { HttpConnector } from '../../src/core/partner/connector.ts';
import { loadIdentity, sourceClientTls } from '../../src/crypto/tls.ts';
import { loadTrust } from '../../src/crypto/trust.ts';
import { type Credentials, createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { fetchDocument } from '../../src/source/fetch-document.ts';
import { type HttpSources, httpSources } from '../../src/source/http-connector.ts';
import { eventAgent, postEvent } from '../../src/source/post-event.ts';
import { temporaryDirectory } from '../crypto/peers.ts';
import { httpForm } from '../world/http-form.ts';
import { questionTo } from './question.ts';

const switched = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n';
const early = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
const begun = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{"nr"';
const directory = temporaryDirectory();
let authority: DemoAuthority;
let client: Credentials;
let server: Server;
let sources: HttpSources;
/** What is written for each call; null: nothing. After it the connection stays, or goes with `broken`. */
let says: string | null = switched;
let broken = false;
let nowMs = 0;
const open = new Set<TLSSocket>();

beforeAll(async () => {
  authority = await createAuthority(directory.path);
  client = await authority.issueClient({ name: 'gateway', oin: '00000099000000009000' });
  const { certificate: cert, key } = await authority.issueServer({ name: 'other' });
  server = createServer({ cert, key, ca: authority.ca, requestCert: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
    socket.on('data', () => {
      if (says !== null) socket.write(says);
      if (broken) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sources = httpSources({ tls: tls(), maxConnections: 1, circuits: { nowMs: () => nowMs } });
});
afterEach(() => {
  says = switched;
  broken = false;
});
afterAll(async () => {
  sources.close();
  for (const socket of open) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  directory.remove();
});

function tls() {
  const demo = { environment: 'demo', now: new Date() } as const;
  const trust = loadTrust({ caFiles: [authority.caFile], crlFiles: [authority.crlFile] }, demo);
  return sourceClientTls(loadIdentity(client, demo), trust);
}

const url = () => `https://localhost:${(server.address() as AddressInfo).port}/`;

function connector(change: object = {}): HttpConnector {
  const common = { type: 'http', subject: { scheme: 'bsn', pointer: '/nr' }, fields: { 'identity.surname': '/naam' } };
  return httpForm({ ...common, url: url(), ...change });
}

function ask(how: HttpConnector, unitId = 'bron'): Promise<unknown> {
  return sources.fetch(questionTo(how, { unitId })).catch((error: Fault) => error.code);
}

/** What became of it, if anything did within ten seconds. */
function soon(work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, sleep(10_000, 'nothing', { ref: false })]);
}

describe('a server that changes to another protocol', () => {
  test('is a source whose answer is no good, and is tried again as any other', async () => {
    expect(await soon(ask(connector()))).toBe('source-invalid');
    const how = connector({ breaker: { after: 1, forMs: 1_000 }, timeoutMs: 200 });
    says = null;
    expect(await soon(ask(how, 'stil'))).toBe('source-timeout');
    expect(await soon(ask(how, 'stil'))).toBe('source-unavailable');
    nowMs += 1_000;
    says = switched;
    const patient = connector({ breaker: { after: 1, forMs: 1_000 } });
    expect(await soon(ask(patient, 'stil'))).toBe('source-invalid');
    expect(await soon(ask(patient, 'stil'))).toBe('source-invalid');
  });

  test('has refused an event', async () => {
    const post = { url: url(), headers: {}, body: '{}' };
    const options = { agent: eventAgent(tls()), networks: ['127.0.0.0/8', '::1/128'] };
    expect(await soon(postEvent(post, options, new AbortController().signal))).toBe('refused');
  });

  test('does not give a document', async () => {
    const wanted = fetchDocument(url(), tls()).catch((error: Error) => error.message);
    expect(await soon(wanted)).toBe('the document was not given');
  });

  test('is no gateway to a partner’s client', async () => {
    const signingKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK;
    const own = { cert: client.certificate, key: client.key, ca: authority.ca, unit: 'gemeente', signingKey };
    const connection = connect({ gateway: url(), gatewayOin: '00000099000000009000', ...own });
    const reply = connection.get('/v1/inbox').catch((error: Error) => error.message);
    expect(await soon(reply)).toBe('the gateway answered 101');
    connection.close();
  });

  test.each([
    ['nothing but hints', early],
    ['a part of an answer', begun],
    ['a part of a head', begun.slice(0, 30)],
  ])('is told apart from one that breaks off after %s', async (_, text) => {
    says = text;
    broken = true;
    expect(await soon(ask(connector()))).toBe('source-unavailable');
    const wanted = fetchDocument(url(), tls()).catch((error: Error) => error.message);
    expect(await soon(wanted)).toMatch(/^the document (broke off|cannot be reached)$/);
  });
});

test('a question that waits for a connection is given up in time too', async () => {
  says = null;
  const first = ask(connector({ timeoutMs: 1_500 }));
  const began = performance.now();
  expect(await soon(ask(connector({ timeoutMs: 200 }), 'ander'))).toBe('source-timeout');
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(await first).toBe('source-timeout');
});
