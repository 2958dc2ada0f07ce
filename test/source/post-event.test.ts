import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadIdentity, sourceClientTls } from '../../src/crypto/tls.ts';
import { loadTrust } from '../../src/crypto/trust.ts';
import { type Credentials, createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { type Answer, startWebhookReceiver, type WebhookReceiver } from '../../src/demo/webhook-receiver.ts';
import { type EventPostOptions, eventAgent, postEvent } from '../../src/source/post-event.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluis-webhooks-'));
const event = {
  ...{ specversion: '1.0', id: '0190b0a0-0000-7000-8000-000000000000', source: 'urn:nld:oin:x:systeem:sluis' },
  ...{ type: 'nl.sluis.notice.given', time: '2026-11-21T10:00:00.000Z', dataref: '/v1/notices/x' },
};
let authority: DemoAuthority;
let server: Credentials;
let gateway: Credentials;
let agent: EventPostOptions['agent'];
const open: WebhookReceiver[] = [];
beforeAll(async () => {
  authority = await createAuthority(directory);
  server = await authority.issueServer({ name: 'receiver' });
  gateway = await authority.issueClient({ name: 'gateway', oin: '00000099000000009000' });
  agent = agentOf(gateway);
});
afterAll(async () => {
  for (const receiver of open) await receiver.close();
  rmSync(directory, { recursive: true });
});

function agentOf(identity: Credentials): EventPostOptions['agent'] {
  const now = new Date();
  const trust = loadTrust({ caFiles: [authority.caFile], crlFiles: [authority.crlFile] }, { environment: 'demo', now });
  return eventAgent(sourceClientTls(loadIdentity(identity, { environment: 'demo', now }), trust));
}

async function receiver(answer?: Answer, credentials = server): Promise<WebhookReceiver> {
  const started = await startWebhookReceiver({ ...credentials, caFile: authority.caFile }, gateway.thumbprint, answer);
  open.push(started);
  return started;
}

const loopback = ['127.0.0.0/8', '::1/128'];
const post = (url: string, options: Partial<EventPostOptions> = {}, stop = new AbortController().signal) =>
  postEvent(
    { url, headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(event) },
    { agent, networks: loopback, timeoutMs: 5_000, ...options },
    stop,
  );

describe('an event', () => {
  test('goes over mutual TLS to a receiver that knows the gateway', async () => {
    const to = await receiver();
    expect(await post(to.url)).toBeNull();
    expect(to.received).toMatchObject([{ event, contentType: 'application/cloudevents+json' }]);
  });

  test('is not taken by a receiver from anybody else', async () => {
    const to = await receiver();
    const other = await authority.issueClient({ name: 'other', oin: '00000099000000001000' });
    expect(await post(to.url, { agent: agentOf(other) })).toBe('refused');
    expect(to.received).toEqual([]);
  });

  test.each([
    ['a redirect, which is not followed', 'redirect', 302],
    ['a refusal', 'refused', 400],
    ['a fault', 'refused', 500],
    ['nothing that HTTP knows', 'refused', 999],
  ] as const)('that meets %s is %s', async (_, problem, status) => {
    const elsewhere = await receiver();
    const to = await receiver((outgoing) => outgoing.writeHead(status, { location: elsewhere.url }).end());
    expect(await post(to.url)).toBe(problem);
    expect(elsewhere.received).toEqual([]);
  });

  test('is taken by its status: fifty megabytes that follow, or an answer that never ends, are not read', async () => {
    const large = await receiver((outgoing) => outgoing.writeHead(200).end(Buffer.alloc(50_000_000)));
    const endless = await receiver((outgoing) => void outgoing.writeHead(200).write('.'));
    const before = process.memoryUsage().rss;
    const begun = performance.now();
    expect(await post(large.url)).toBeNull();
    expect(await post(endless.url)).toBeNull();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(120_000_000);
  });

  test('that is never answered is given up in time, also by who stops', async () => {
    const silent = await receiver(() => undefined);
    expect(await post(silent.url, { timeoutMs: 200 })).toBe('timeout');
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 100);
    await expect(post(silent.url, { timeoutMs: 5_000 }, stopping.signal)).rejects.toThrow();
  });

  test('is given up where headers come drop by drop, or never end', async () => {
    const many = await receiver((outgoing) => outgoing.writeHead(200, { 'x-much': 'x'.repeat(10_000) }).end());
    expect(await post(many.url)).toBe('unreachable');
    const { port, stop } = await plainListener();
    expect(await post(`https://localhost:${port}/`, { timeoutMs: 200 })).toBe('timeout');
    stop();
  });

  test.each([
    ['for another name', () => authority.issueServer({ name: 'other-name', hosts: ['elsewhere.example'] })],
    ['that was taken back', () => authority.issueServer({ name: 'revoked', revoked: true })],
    ['of another authority', async () => (await createAuthority(join(directory, 'other'))).issueServer({ name: 'x' })],
  ])('is not sent to a certificate %s', async (_, issue) => {
    const to = await receiver(undefined, await issue());
    expect(await post(to.url, { agent: agentOf(gateway) })).toBe('unreachable');
    expect(to.received).toEqual([]);
  });
});

describe('a name that leads to addresses', () => {
  const refused: Answer = (outgoing) => outgoing.writeHead(204).end();

  test('inside the gateway’s own network is not called, unless its network is listed', async () => {
    const to = await receiver(refused);
    expect(await post(to.url, { networks: [] })).toBe('address-not-allowed');
    expect(await post(to.url, { networks: ['10.0.0.0/8'] })).toBe('address-not-allowed');
    expect(to.received).toEqual([]);
  });

  test.each([['169.254.169.254'], ['::ffff:169.254.169.254'], ['fe80::1'], ['0.0.0.0'], ['::']])(
    'of which one is %s is not called at all, whatever is listed',
    async (address) => {
      const to = await receiver(refused);
      const resolve = async () => ['127.0.0.1', address];
      expect(await post(to.url, { resolve, networks: ['0.0.0.0/0', '::/0'] })).toBe('address-not-allowed');
      expect(to.received).toEqual([]);
    },
  );

  test('that change between the check and the connection are not asked for twice', async () => {
    const to = await receiver(refused);
    const [good, ...others] = [['127.0.0.1'], ['169.254.169.254'], ['10.0.0.1']];
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return (asked.length === 1 ? good : others[0]) ?? [];
    };
    const { port } = new URL(to.url);
    expect(await post(`https://localhost:${port}/meldingen`, { resolve })).toBeNull();
    expect(asked).toEqual(['localhost']);
    // The other way about: what it led to at first is what counts, though it leads to a good one now.
    const turned = async () => (asked.push('again') % 2 === 0 ? ['169.254.169.254'] : ['127.0.0.1']);
    expect(await post(to.url, { resolve: turned })).toBe('address-not-allowed');
    expect(to.received).toHaveLength(1);
  });

  test('that are none is unknown', async () => {
    expect(await post('https://nowhere.invalid/')).toBe('name-unknown');
    expect(await post('https://localhost:1/', { resolve: async () => [] })).toBe('name-unknown');
    expect(await post('https://localhost:1/', { resolve: () => new Promise(() => undefined), timeoutMs: 100 })).toBe(
      'timeout',
    );
    expect(await post('https://localhost:1/', { resolve: async () => ['no address'] })).toBe('address-not-allowed');
  });

  test('nobody listens at is unreachable', async () => {
    expect(await post('https://localhost:1/')).toBe('unreachable');
  });
});

/** Takes connections and says nothing. */
function plainListener(): Promise<{ readonly port: number; stop(): Server }> {
  const listener = createServer(() => undefined);
  return new Promise((resolve) => {
    listener.listen(0, 'localhost', () => {
      const address = listener.address();
      if (address === null || typeof address === 'string') throw new Error('no address');
      resolve({ port: address.port, stop: () => listener.close() });
    });
  });
}
