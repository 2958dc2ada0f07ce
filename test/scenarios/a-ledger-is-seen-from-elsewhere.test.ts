import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readVerifierKey } from '../../src/core/ledger/verifier-key.ts';
import { openWitnessed } from '../../src/core/ledger/witnessed.ts';
import { checkerOf } from '../../src/crypto/raw-key.ts';
import { timestampAnchors } from '../../src/crypto/timestamp.ts';
import type { DemoAuthority } from '../../src/demo/authority.ts';
import { readWitnessFile } from '../../src/witness-files.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { gatewaySettings } from '../world/gateway-settings.ts';
import { until } from '../world/ledger-world.ts';
import { type TimestampAuthority, timestampAuthority } from '../world/timestamp-authority.ts';
import { sluisIn, type WitnessProcess, witnessProcess } from '../world/witness-process.ts';
import { main } from './chain/running-chain.ts';

let directory: string;
let database: FreshDatabase;
let authority: DemoAuthority;
let settings: Readonly<Record<string, string>>;
let gateway: ChildProcess | null = null;
let said = '';
let witnesses: WitnessProcess[] = [];
let tsa: TimestampAuthority;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sluis-seen-'));
  chmodSync(directory, 0o711);
  [database, tsa] = await Promise.all([freshDatabase(), timestampAuthority()]);
  const { urls } = database;
  const made = await gatewaySettings(directory);
  authority = made.authority;
  settings = {
    PATH: process.env.PATH ?? '',
    ...made.settings,
    DATABASE_URL: urls.owner,
    DATABASE_URL_SERVE: urls.serve,
    DATABASE_URL_SEQUENCER: urls.sequencer,
    DATABASE_URL_ERASER: urls.eraser,
    SLUIS_LEDGER_ORIGIN: 'gateway.test/ledger',
  };
}, 60_000);
afterAll(async () => {
  await end();
  await Promise.all(witnesses.map((each) => each.kill()));
  await tsa.close();
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

async function serve(env: Readonly<Record<string, string>>): Promise<void> {
  said = '';
  const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  gateway = child;
  await until(() => said.includes('partners on') || child.exitCode !== null, 'a gateway', 30_000);
  expect(said).toContain('partners on');
}

afterEach(end);

async function end(): Promise<void> {
  if (gateway === null || gateway.exitCode !== null) return;
  const gone = once(gateway, 'exit');
  gateway.kill('SIGTERM');
  await gone;
  gateway = null;
}

const logs = z.object({ logs: z.tuple([z.object({ origin: z.string(), keys: z.array(z.string()) })]) });

/** What witnesses must know of this gateway. */
function knownLog() {
  const printed = sluisIn(settings, 'witness', 'log', '--json');
  return logs.parse(JSON.parse(printed.stdout)).logs[0];
}

test('a gateway’s checkpoints are cosigned elsewhere and dated, as its settings say', async () => {
  await serve(settings);
  const { origin, keys } = knownLog();
  expect(origin).toBe('gateway.test/ledger');
  await end();

  const known = [{ origin, vkeys: keys }];
  witnesses = ['1', '2'].map((n) => witnessProcess(join(directory, n), `w.example/${n}`, known));
  await Promise.all(witnesses.map((each) => each.start()));
  const file = join(directory, 'witnesses.yaml');
  const list = witnesses.map(({ name, url, vkey }) => ({ name, url: url(), key: vkey }));
  writeFileSync(file, JSON.stringify({ witnesses: list, quorum: 2, every: 'PT1S' }));
  await serve({ ...settings, SLUIS_WITNESSES: file, SLUIS_TSA_URL: tsa.url, SLUIS_TSA_CA: tsa.ca });

  const newest = async () => {
    const { rows } = await database.pools.owner.query<{ note: string; witnessed: boolean; dated: boolean }>(
      'SELECT note, witnessed, timestamp_token IS NOT NULL AS dated FROM ledger_checkpoint WHERE witnessed ORDER BY size DESC LIMIT 1',
    );
    return rows[0];
  };
  await until(async () => (await newest())?.note.includes('— w.example/2') === true, 'a witnessed checkpoint');
  const logKeys = keys.map((text) => {
    const key = readVerifierKey(text);
    if (key === null) throw new Error('not a verifier key');
    return { ...key, check: checkerOf(key.publicKey) };
  });
  const opened = openWitnessed((await newest())?.note ?? '', origin, logKeys, readWitnessFile(file));
  expect(opened?.cosigners.map(({ name }) => name)).toEqual(['w.example/1', 'w.example/2']);
  const dated = async () =>
    (await database.pools.owner.query('SELECT 1 FROM ledger_checkpoint WHERE timestamp_token IS NOT NULL')).rowCount;
  await until(async () => ((await dated()) ?? 0) > 0, 'a timestamp');
  expect(timestampAnchors(readFileSync(tsa.ca))).toHaveLength(1);
  await end();
}, 120_000);

test('a witness is believed over TLS alone with a certificate of its name and of now, from a CA that the gateway trusts', async () => {
  const { origin, keys } = knownLog();
  const certificates = {
    good: await authority.issueServer({ name: 'witness' }),
    elsewhere: await authority.issueServer({ name: 'elsewhere', hosts: ['witness.example'] }),
    expired: await authority.issueServer({ name: 'expired', notAfter: new Date(Date.now() - 1_000) }),
  };
  const overTls = Object.entries(certificates).map(([name, tls]) =>
    witnessProcess(join(directory, name), `w.example/${name}`, [{ origin, vkeys: keys }], tls),
  );
  witnesses.push(...overTls);
  await Promise.all(overTls.map((each) => each.start()));
  const file = join(directory, 'over-tls.yaml');
  const list = overTls.map(({ name, url, vkey }) => ({ name, url: url(), key: vkey }));
  expect(list.every(({ url }) => url.startsWith('https://127.0.0.1:'))).toBe(true);
  writeFileSync(file, JSON.stringify({ witnesses: list, quorum: 1, every: 'PT1S' }));
  const lines = async () => {
    const { rows } = await database.pools.owner.query('SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 3');
    return rows.flatMap(({ note }) => [...note.matchAll(/^— w[.]example[/]([a-z]+) /gm)].map(([, name]) => name));
  };
  const silent = (name: string) => () => said.includes(`the witness w.example/${name} does not answer`);

  await serve({ ...settings, SLUIS_WITNESSES: file });
  for (const name of Object.keys(certificates)) await until(silent(name), `that ${name} is of a CA that nobody trusts`);
  expect(await lines()).toEqual([]);
  await end();

  await serve({ ...settings, SLUIS_WITNESSES: file, NODE_EXTRA_CA_CERTS: authority.caFile });
  await until(async () => (await lines()).includes('good'), 'a line of the good one');
  for (const name of ['elsewhere', 'expired']) await until(silent(name), `that ${name} is refused`);
  expect(new Set(await lines())).toEqual(new Set(['good']));
  expect(said).not.toContain('w.example/good does not answer');
  await end();
}, 120_000);

test.each([
  ['a quorum of nobody', { witnesses: [], quorum: 0 }, /witnesses: must name a witness/],
  [
    'a witness that is none',
    { witnesses: [{ name: 'w', url: 'https://w.example', key: 'w+x' }], quorum: 1 },
    /verifier key/,
  ],
])('a gateway does not start with %s', (_, content, words) => {
  const file = join(directory, 'wrong.yaml');
  writeFileSync(file, JSON.stringify(content));
  const { status, stderr } = sluisIn({ ...settings, SLUIS_WITNESSES: file }, 'serve');
  expect(status).toBe(2);
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain('    at ');
});

test.each([
  ['a CA that is none', { SLUIS_TSA_URL: 'http://127.0.0.1:1/', SLUIS_TSA_CA: main }, /SLUIS_TSA_CA/],
  ['an authority without its CA', { SLUIS_TSA_URL: 'http://127.0.0.1:1/' }, /go together/],
  ['a second key that is none', { SLUIS_KEY_CHECKPOINT_ML_DSA_FILE: main }, /is no ML-DSA-44 key/],
])('nor with %s', (_, more, words) => {
  const { status, stderr } = sluisIn({ ...settings, ...more }, 'serve');
  expect(status).toBe(2);
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain('    at ');
});
