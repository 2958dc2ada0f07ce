import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../src/demo/authority.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { runRounds } from './bench-rounds.ts';
import type { BenchWorld } from './bench-world.ts';
import type { Credentials } from './raw-connection.ts';

let folder = '';
let database: FreshDatabase;
let world: BenchWorld;
const servers: Server[] = [];
const keys = new Set<unknown>();

/** A server with mutual TLS that answers 201 when it got JSON, and remembers idempotency keys. */
async function serve(credentials: Credentials): Promise<string> {
  const server = createServer({ ...credentials, requestCert: true, rejectUnauthorized: true }, (incoming, outgoing) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    incoming.on('end', () => {
      keys.add(incoming.headers['idempotency-key']);
      outgoing.writeHead(JSON.parse(text) === 'a' ? 201 : 400).end('{}');
    });
  });
  // The bare proxy asks nothing twice: between two of its turns its connections must stay.
  server.keepAliveTimeout = 120_000;
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `https://127.0.0.1:${address.port}/things`;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluis-bench-test-'));
  const authority = await createAuthority(join(folder, 'ca'));
  const issued = {
    client: await authority.issueClient({ name: 'client', oin: '00000099000000001000' }),
    server: await authority.issueServer({ name: 'server' }),
  };
  const credentials = ({ certificate, key }: { certificate: string; key: string }) => ({
    cert: certificate,
    key,
    ca: authority.ca,
  });
  const client = credentials(issued.client);
  const server = credentials(issued.server);
  database = await freshDatabase();
  const common = { credentials: client, bodies: ['"a"'], expect: 201 };
  world = {
    gateway: { ...common, url: await serve(server), pids: [process.pid] },
    sealed: { ...common, url: await serve(server) },
    source: { ...common, url: await serve(server) },
    proxy: server,
    folder,
    databaseUrl: database.urls.owner,
    fillWaiting: async () => undefined,
    stop: async () => undefined,
  };
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({
  clients: [1, 2, 4],
  repetitions: 1,
  measureMs: 2_000,
  warmUpMs: 20,
  heatMs: 300,
  statements: { clients: 2, each: 3 },
  say,
});
const say = () => undefined;

test('a round measures gateway, proxy and INSERTs for real', async () => {
  const [round, ...more] = await runRounds(world, options());
  expect(more).toEqual([]);
  for (const measurement of [...(round?.gateway ?? []), ...(round?.proxy ?? [])]) {
    expect(measurement.perSecond).toBeGreaterThan(0);
    expect(measurement.p50Ms).toBeGreaterThan(0);
    expect(measurement.p99Ms).toBeGreaterThanOrEqual(measurement.p50Ms);
  }
  expect([round?.gateway.length, round?.proxy.length]).toEqual([3, 3]);
  expect(round?.sealed.perSecond).toBeGreaterThan(0);
  expect(round?.statementsPerSecond ?? 1).toBeGreaterThan(0);
  expect(round?.gateway[2]?.cpuUs).toBeGreaterThan(0);
  expect(round?.insertsPerSecond).toBeGreaterThan(0);
  // Every request to the gateway had a key of its own; those through the proxy had none.
  expect(keys.size).toBeGreaterThan(10);
  expect(keys.has(undefined)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.startsWith('plan-'))).toHaveLength(1);
});

test('an answer that was not expected fails the bench: refusals are not speed', async () => {
  const refusing = { ...world, gateway: { ...world.gateway, bodies: ['"b"'] } };
  await expect(runRounds(refusing, options())).rejects.toThrow('load generator');
});
