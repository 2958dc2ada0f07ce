import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointFile } from '../../../src/store/journal/checkpoint-file.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-checkpoint-'));
});

afterAll(() => rm(directory, { recursive: true }));

describe('the checkpoint file', () => {
  test('lets exactly one successor through, also when many try, and survives a new opening', async () => {
    const stores = Array.from({ length: 5 }, () => checkpointFile(path.join(directory, 'cas')));
    let last: string | null = null;
    for (let round = 0; round < 40; round++) {
      const tries = await Promise.all(stores.map((each, n) => each.swap(last, `note ${round} of ${n}\n`)));
      expect(tries.filter(Boolean)).toHaveLength(1);
      const expected: string = `note ${round} of ${tries.indexOf(true)}\n`;
      last = await checkpointFile(path.join(directory, 'cas')).read();
      expect(last).toBe(expected);
    }
    expect(await stores[0]?.swap(null, 'from the beginning\n')).toBe(false);
  });
});
