import { renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Trust } from '../../src/crypto/trust.ts';
import { watchTrust } from '../../src/crypto/watch-trust.ts';
import { createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { temporaryDirectory } from './peers.ts';

const directory = temporaryDirectory();
let authority: DemoAuthority;
beforeAll(async () => {
  authority = await createAuthority(directory.path);
});
afterAll(() => directory.remove());

test('lists that are replaced take over, and lists that are damaged leave the last good ones in force', async () => {
  const changes: Trust[] = [];
  const problems: unknown[] = [];
  const files = { caFiles: [authority.caFile], crlFiles: [authority.crlFile] };
  const watched = await watchTrust(files, 'demo', {
    everyMs: 20,
    onChange: (trust) => changes.push(trust),
    onProblem: (problem) => problems.push(problem),
  });
  const first = watched.current();
  const credentials = await authority.issueClient({ name: 'partner', oin: '00000099000000001000' });
  await authority.revoke(credentials);
  await expect.poll(() => changes.length).toBe(1);
  expect(watched.current().crl).toEqual(changes[0]?.crl);
  expect(watched.current().crl).not.toEqual(first.crl);
  expect(problems).toEqual([]);

  writeFileSync(`${authority.crlFile}.new`, 'damaged');
  renameSync(`${authority.crlFile}.new`, authority.crlFile);
  await expect.poll(() => problems.length).toBeGreaterThan(0);
  expect(watched.current().crl).toEqual(changes[0]?.crl);
  watched.close();
});

test('there is no start without a good list', async () => {
  const files = { caFiles: [authority.caFile], crlFiles: [] };
  const options = { everyMs: 20, onChange: () => undefined, onProblem: () => undefined };
  await expect(watchTrust(files, 'demo', options)).rejects.toThrow(/no revocation list/);
});
