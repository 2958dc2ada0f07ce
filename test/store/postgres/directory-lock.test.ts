import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirectoryInUse, lockDirectory } from '../../../src/store/postgres/directory-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (content: string): Promise<void> => writeFile(path.join(directory, 'sluis.lock'), content);
const nobody = 2 ** 22 - 3; // above what Linux gives out on small machines, and not running

describe('the lock on a data directory', () => {
  it('is for one holder, and free again after release', async () => {
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toThrow(DataDirectoryInUse);
    await lock.release();
    await (await lockDirectory(directory)).release();
    expect(await readdir(directory)).toEqual([]);
  });

  it.each(['free', 'stale'])('goes to exactly one of many who come at once when it is %s', async (state) => {
    if (state === 'stale') await write(JSON.stringify({ pid: nobody, started: '1', stopping: false }));
    const results = await Promise.allSettled(Array.from({ length: 24 }, () => lockDirectory(directory)));
    const held = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(held).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(DataDirectoryInUse);
    }
    expect(await readdir(directory)).toEqual(['sluis.lock']);
  });

  it('is taken over also when somebody was killed while taking it over', async () => {
    await write(JSON.stringify({ pid: nobody, started: '1', stopping: false }));
    const turn = path.join(directory, 'sluis.lock.turn');
    await mkdir(turn);
    await utimes(turn, 0, 0);
    const lock = await lockDirectory(directory);
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('is waited for when its holder is stopping', async () => {
    const lock = await lockDirectory(directory);
    await lock.markStopping();
    const successor = lockDirectory(directory);
    await sleep(1500);
    await lock.release();
    await (await successor).release();
  });

  it.each(['', '{}', '{"pid":"1"}'])('that cannot be read is not taken over: %j', async (content) => {
    await write(content);
    await expect(lockDirectory(directory)).rejects.toThrow();
    expect(await readdir(directory)).toEqual(['sluis.lock']);
  });
});
