import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toPem } from '../../src/crypto/path/pem-blocks.ts';
import type { Trust, TrustFiles } from '../../src/crypto/trust.ts';
import { type TrustAlarm, type WatchedTrust, watchTrust } from '../../src/crypto/watch-trust.ts';
import { createAuthority, type DemoAuthority } from '../../src/demo/authority.ts';
import { scene } from '../world/pki/scene.ts';
import { temporaryDirectory } from './peers.ts';

const directory = temporaryDirectory();
let authority: DemoAuthority;
beforeAll(async () => {
  authority = await createAuthority(directory.path);
});
afterAll(() => directory.remove());

interface Watching {
  readonly watched: WatchedTrust;
  readonly changes: Trust[];
  readonly alarms: TrustAlarm[];
}

function watching(files: TrustFiles = { caFiles: [authority.caFile], crlFiles: [authority.crlFile] }): Watching {
  const changes: Trust[] = [];
  const alarms: TrustAlarm[] = [];
  const watched = watchTrust(files, {
    environment: 'demo',
    everyMs: 20,
    alarmPercent: 25,
    onChange: (trust) => changes.push(trust),
    onAlarm: (alarm) => alarms.push(alarm),
  });
  return { watched, changes, alarms };
}

test('lists that are replaced take over, and lists that are damaged leave the last good ones in force', async () => {
  const { watched, changes, alarms } = watching();
  const first = watched.current();
  const credentials = await authority.issueClient({ name: 'partner', oin: '00000099000000001000' });
  await authority.revoke(credentials);
  await expect.poll(() => changes.length).toBe(1);
  expect(watched.current().crl).toEqual(changes[0]?.crl);
  expect(watched.current().crl).not.toEqual(first.crl);
  expect(alarms).toEqual([]);

  writeFileSync(`${authority.crlFile}.new`, 'damaged');
  renameSync(`${authority.crlFile}.new`, authority.crlFile);
  await expect.poll(() => alarms.length).toBe(1);
  expect(alarms[0]).toMatchObject({ kind: 'revocation-list-unusable', text: expect.stringMatching(/crl\.pem/) });
  expect(watched.current().crl).toEqual(changes[0]?.crl);

  await authority.writeCrls();
  await expect.poll(() => changes.length).toBe(2);
  watched.close();
});

test('a file of CAs that was cut off, or holds no certificate, takes nothing away', async () => {
  const { watched, alarms } = watching();
  const { ca } = watched.current();
  const whole = readFileSync(authority.caFile);
  truncateSync(authority.caFile, whole.length - 40);
  await expect.poll(() => alarms.length).toBe(1);
  expect(watched.current().ca).toEqual(ca);
  writeFileSync(authority.caFile, whole);
  await expect.poll(() => watched.current().problems).toEqual([]);
  watched.close();
});

test('a list that is older, or that has expired, does not take the place of the one in force', async () => {
  const { watched } = watching();
  const day = 86_400_000;
  const revoked = await authority.issueClient({ name: 'revoked', oin: '00000099000000001000' });
  await authority.revoke(revoked);
  const inForce = () => [...watched.current().lists.values()].flat().some(({ revoked: all }) => all.size > 1);
  await expect.poll(inForce).toBe(true);
  const { crl } = watched.current();
  const looks = watched.current().files.lists[0]?.look;
  await authority.writeCrls({ thisUpdate: new Date(Date.now() - 9 * day), nextUpdate: new Date(Date.now() - 2 * day) });
  await expect.poll(() => watched.current().files.lists[0]?.look).not.toBe(looks);
  expect(watched.current().crl).toEqual(crl);
  watched.close();
  await authority.writeCrls();
});

test('a list that comes to its end is told once, and again when the next one does', async () => {
  await authority.writeCrls({ nextUpdate: new Date(Date.now() + 10_000) });
  const { watched, alarms } = watching();
  const aging = () => alarms.filter(({ kind }) => kind === 'revocation-list-ages');
  // 25 % of the life of a minute and ten seconds is more than what is left
  await expect.poll(() => aging().length, { timeout: 5_000 }).toBe(2);
  expect(aging()[0]?.text).toMatch(/^the revocation list of "C=NL, .*" expires at 20..-.*; fetch a new one$/);
  await authority.writeCrls({ nextUpdate: new Date(Date.now() + 11_000) });
  await expect.poll(() => aging().length, { timeout: 5_000 }).toBe(4);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(aging()).toHaveLength(4);
  watched.close();
  await authority.writeCrls();
});

test('a list that expires with no successor is told, and lets nobody in any more', async () => {
  await authority.writeCrls({ nextUpdate: new Date(Date.now() + 5_000) });
  const { watched, changes, alarms } = watching();
  await expect
    .poll(() => alarms.some(({ text }) => /has expired; fetch a new one/.test(text)), { timeout: 15_000 })
    .toBe(true);
  // those who judged by it judge again
  expect(changes).toEqual([watched.current()]);
  watched.close();
  await authority.writeCrls();
});

test('a CA that ends is told, and who judged by it judges again', async () => {
  const notAfter = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 5_000);
  const { cas, lists } = scene({ issuing: { notAfter } });
  const files = { caFiles: [join(directory.path, 'cas.pem')], crlFiles: [join(directory.path, 'lists.pem')] };
  for (const ca of cas) appendFileSync(files.caFiles[0] ?? '', toPem(ca, 'CERTIFICATE'));
  for (const list of lists) appendFileSync(files.crlFiles[0] ?? '', toPem(list, 'X509 CRL'));
  const { watched, changes, alarms } = watching(files);
  expect([changes, alarms]).toEqual([[], []]);
  await expect.poll(() => changes.length, { timeout: 15_000 }).toBe(1);
  expect(Date.now()).toBeGreaterThanOrEqual(notAfter.getTime());
  expect(alarms).toMatchObject([{ text: expect.stringMatching(/has expired/) }]);
  watched.close();
});

test('there is no start without a good list', () => {
  const quiet = { onChange: () => undefined, onAlarm: () => undefined };
  const options = { environment: 'demo', everyMs: 20, alarmPercent: 25, ...quiet } as const;
  expect(() => watchTrust({ caFiles: [authority.caFile], crlFiles: [] }, options)).toThrow(/no revocation list/);
});
