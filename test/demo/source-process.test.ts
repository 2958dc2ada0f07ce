import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../src/demo/authority.ts';
import type { SourceSettings } from '../../src/demo/source-behaviour.ts';
import { startSource } from '../../src/demo/source-process.ts';
import { temporaryDirectory } from '../crypto/peers.ts';

const directory = temporaryDirectory();
let settings: SourceSettings;

beforeAll(async () => {
  const { caFile, crlFile, issueServer } = await createAuthority(directory.path);
  const { certificateFile, keyFile } = await issueServer({ name: 'source' });
  const people = { seed: 1, count: 10, today: '2026-11-21' };
  const files = { certificateFile, keyFile, caFile, crlFile };
  settings = { ...people, ...files, unit: 'gemeente-zwolle', port: 0, gateway: '0'.repeat(64) };
});
afterAll(() => directory.remove());

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a source ends when it is stopped', async () => {
  const source = await startSource(settings);
  expect(isAlive(source.pid)).toBe(true);
  await source.stop();
  expect(isAlive(source.pid)).toBe(false);
});

test('a source that cannot start says so', async () => {
  const log = join(directory.path, 'source.log');
  await expect(startSource({ ...settings, caFile: '/nowhere' }, log)).rejects.toThrow(/gemeente-zwolle stopte/);
  expect(readFileSync(log, 'utf8')).toContain('/nowhere');
});

test('a source does not outlive a parent that is killed', async () => {
  const entry = fileURLToPath(new URL('./source-parent.ts', import.meta.url));
  const parent = fork(entry, [JSON.stringify(settings)], { execArgv: [] });
  const [{ pid }] = (await once(parent, 'message')) as [{ pid: number }];
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});
