import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fetchedFile, fetchLists } from '../../src/crypto/fetch-lists.ts';
import { keysOf } from '../world/pki/keys.ts';
import { caPlan, certifyList, daysAway, rootName, scene, trustIn } from '../world/pki/scene.ts';
import { temporaryDirectory } from './peers.ts';

const root = caPlan(rootName, keysOf('p256:root'), null);
const directory = temporaryDirectory();
const folder = join(directory.path, 'fetched');
const trust = trustIn(scene());
const [good = Buffer.alloc(0)] = certifyList(root);
let answer: (response: import('node:http').ServerResponse) => void;
let server: Server;
let url: string;
let asked = 0;

beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/root.crl`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  directory.remove();
});
beforeEach(async () => {
  answer = (response) => response.end(good);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One round; gives what did not work. */
async function round(more: Partial<Parameters<typeof fetchLists>[0]> = {}): Promise<string[]> {
  const problems: string[] = [];
  const limits = { everyMs: 60_000, timeoutMs: 10_000, maxBytes: 100_000 };
  const fetching = { urls: [url], folder, trust: () => trust, ...limits, ...more };
  const fetched = fetchLists({ ...fetching, onProblem: (text) => problems.push(text) });
  await fetched.first;
  fetched.close();
  return problems;
}

const kept = (): Buffer | null => {
  const file = fetchedFile(folder, url);
  return existsSync(file) ? readFileSync(file) : null;
};

test('a list that is good is kept, whole, and in its place only', async () => {
  expect(await round()).toEqual([]);
  expect(kept()).toEqual(good);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('a newer list takes the place of the one that is there, and so on a schedule', async () => {
  expect(await round()).toEqual([]);
  const [newer = Buffer.alloc(0)] = certifyList(root, { thisUpdate: daysAway(-0.5) });
  answer = (response) => response.end(newer);
  const before = asked;
  const fetched = fetchLists({
    ...{ urls: [url], folder, trust: () => trust, everyMs: 50, timeoutMs: 10_000, maxBytes: 100_000 },
    onProblem: () => undefined,
  });
  await expect.poll(() => asked - before).toBeGreaterThan(2);
  fetched.close();
  expect(kept()).toEqual(newer);
});

const worse: readonly (readonly [string, () => Buffer, RegExp])[] = [
  ['older', () => certifyList(root, { thisUpdate: daysAway(-3) })[0] ?? good, /older than the one that is here/],
  [
    'expired',
    () => certifyList(root, { thisUpdate: daysAway(-0.5), nextUpdate: daysAway(-0.1) })[0] ?? good,
    /expired/,
  ],
  ['of tomorrow', () => certifyList(root, { thisUpdate: daysAway(1) })[0] ?? good, /not valid yet/],
  [
    'badly signed',
    () => certifyList(root, { signer: keysOf('p256:thief') })[0] ?? good,
    /not signed by a configured CA/,
  ],
  ['without an end', () => certifyList(root, { nextUpdate: null })[0] ?? good, /says nothing by itself/],
  ['cut off', () => good.subarray(0, -9), /not a revocation list/],
  ['a page', () => Buffer.from('<html>'), /not a revocation list/],
  ['empty', () => Buffer.alloc(0), /not a revocation list/],
  ['too large', () => Buffer.alloc(200_000), /larger than 100000 bytes/],
];

test.each(worse)('a list that is %s does not take its place', async (_, bytes, problem) => {
  await round();
  answer = (response) => response.end(bytes());
  expect(await round()).toEqual([expect.stringMatching(problem)]);
  expect(kept()).toEqual(good);
});

test('an address that sends elsewhere, fails, or does not end, gives nothing', async () => {
  answer = (response) => response.writeHead(302, { location: url }).end();
  expect(await round()).toEqual([`${url}: cannot be fetched`]);
  answer = (response) => response.writeHead(500).end(good);
  expect(await round()).toEqual([`${url}: answered 500`]);
  answer = (response) => response.write(good.subarray(0, 9));
  expect(await round({ timeoutMs: 500 })).toEqual([`${url}: cannot be fetched`]);
  expect(await round({ urls: ['http://127.0.0.1:9/x'] })).toEqual(['http://127.0.0.1:9/x: cannot be fetched']);
  expect(kept()).toBeNull();
});
