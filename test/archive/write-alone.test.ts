import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readExport } from '../../src/archive/read-export.ts';
import { writeAlone } from '../../src/archive/write-alone.ts';

const program = path.resolve(import.meta.dirname, '../world/export-process.ts');
let folder: string;
let started: ChildProcess[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluis-alone-'));
  started = [];
});

afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

interface Exporting {
  readonly child: ChildProcess;
  /** Everything that it said. */
  readonly said: Promise<string>;
  readonly writes: Promise<void>;
}

function exporting(ms: number): Exporting {
  const child = spawn(process.execPath, [program, folder, String(ms)], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  let text = '';
  const { promise: writes, resolve } = Promise.withResolvers<void>();
  child.stdout?.on('data', (bytes: Buffer) => {
    text += bytes.toString();
    if (text.includes('writes\n')) resolve();
  });
  return { child, said: once(child, 'close').then(() => text), writes };
}

const busy = /another export writes here, process [0-9]+; wait until it has ended/;

test('of two processes that export into one folder the second is refused, and the first is whole', async () => {
  const first = exporting(4_000);
  await first.writes;
  const second = await exporting(0).said;
  expect(second).toMatch(busy);
  expect(await first.said).toBe('writes\ndone\n');
  expect((await readExport(folder)).size).toBe(1);
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('of processes that begin at the same moment no two write', async () => {
  const said = await Promise.all([exporting(3_000), exporting(3_000), exporting(3_000)].map((each) => each.said));
  expect(said.filter((text) => text === 'writes\ndone\n')).toHaveLength(1);
  expect(said.filter((text) => busy.test(text))).toHaveLength(2);
});

test('a process that was killed keeps nobody out, and what it left is removed', async () => {
  const first = exporting(60_000);
  await first.writes;
  await writeFile(path.join(folder, '.part-0123456789abcdef'), 'half');
  first.child.kill('SIGKILL');
  await first.said;
  expect((await readdir(folder)).filter((name) => name.startsWith('.writer-'))).toHaveLength(1);
  expect(await exporting(0).said).toBe('writes\ndone\n');
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test.each([
  ['of another process with the same number is over', `.writer-${process.pid}-1-${os.hostname()}`, true],
  ['on another host cannot be known to be over', '.writer-1-1-elsewhere.test', false],
])('a writer %s', async (_, name, isFree) => {
  await writeFile(path.join(folder, name), '');
  const work = writeAlone(folder, async () => 'worked');
  if (isFree) expect(await work).toBe('worked');
  else await expect(work).rejects.toThrow('on elsewhere.test (if it is gone, remove the .writer file)');
});

test('one process does not write twice either, and a failed writer leaves the folder free', async () => {
  await writeAlone(folder, () => expect(writeAlone(folder, async () => 'worked')).rejects.toThrow(busy));
  await expect(writeAlone(folder, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await writeAlone(folder, async () => readdir(folder))).toHaveLength(1);
  expect(await readdir(folder)).toEqual([]);
});
