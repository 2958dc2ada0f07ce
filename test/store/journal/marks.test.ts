import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flushHeadHash, flushHeadText } from '../../../src/core/ledger/flush-head.ts';
import { type Mark, markBytes, markText, readMark } from '../../../src/core/ledger/mark.ts';
import { type MarkFiles, openMarkFiles, readMarkFiles } from '../../../src/store/journal/mark-files.ts';
import { tidyMarks } from '../../../src/store/journal/tidy-marks.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { entry, journalOn, seedWorld, work } from '../../world/journal-world.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { ledgerWorld } from '../../world/ledger-world.ts';
import { readChain } from '../../world/read-chain.ts';

const signer = newSigner();
let directory: string;
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
});
afterAll(() => database.drop());
beforeEach(async () => {
  directory = path.join(await mkdtemp(path.join(os.tmpdir(), 'sluis-marks-')), 'marks');
});
afterEach(() => rm(path.dirname(directory), { recursive: true }));

const fileOf = (instance: string): string => path.join(directory, `${instance}.mark`);
const markOf = async (instance: string): Promise<Mark | null> => readMark(await readFile(fileOf(instance), 'utf8'));

describe('the mark of an instance', () => {
  let marks: MarkFiles;
  beforeEach(async () => {
    marks = await openMarkFiles(directory);
  });
  afterEach(() => marks.close());

  test('is the signed head of its last flush before its callers know', async () => {
    const journal = await journalOn(database.pools, { signer, marks });
    for (let count = 1; count <= 5; count += 1) {
      await Promise.all(Array.from({ length: count }, () => journal.commit(work(null))));
      const kept = await markOf(journal.instance);
      const flushes = await readChain(database.pools.owner, journal.instance, signer.check);
      expect(kept?.head).toEqual(flushes.at(-1)?.head);
      expect(kept?.key).toBe(signer.keyId);
      expect(kept !== null && signer.check(flushHeadText(kept.head), kept.signature)).toBe(true);
    }
    await journal.close();
    expect((await stat(fileOf(journal.instance))).size).toBe(markBytes);
    expect((await stat(fileOf(journal.instance))).mode & 0o077).toBe(0);
  });

  test('is not there while nothing was written', async () => {
    const journal = await journalOn(database.pools, { signer, marks });
    await journal.close();
    expect(await readdir(directory)).toEqual([]);
    expect(await readMarkFiles(path.join(directory, 'nowhere'))).toEqual([]);
  });

  test('is read with the others, and what is no mark is told apart', async () => {
    const journals = [
      await journalOn(database.pools, { signer, marks }),
      await journalOn(database.pools, { signer, marks: await openMarkFiles(directory) }),
    ];
    for (const journal of journals) await journal.commit(work(null));
    for (const journal of journals) await journal.close();
    const [first, second] = journals.map(({ instance }) => instance).toSorted();
    if (first === undefined || second === undefined) throw new Error('two instances');
    await writeFile(path.join(directory, 'README'), 'not a mark');
    expect((await readMarkFiles(directory)).map(({ instance, mark }) => [instance, mark?.head.number])).toEqual([
      [first, 1],
      [second, 1],
    ]);
    // The mark of another instance under this one's name, and one that was cut off.
    await writeFile(fileOf(second), await readFile(fileOf(first)));
    expect((await readMarkFiles(directory)).map(({ mark }) => mark?.head.instance ?? null)).toEqual([first, null]);
    await writeFile(fileOf(second), (await readFile(fileOf(first))).subarray(0, 200));
    expect((await readMarkFiles(directory)).map(({ mark }) => mark?.head.instance ?? null)).toEqual([first, null]);
  });
});

describe('a mark that cannot be written', () => {
  test('lets the flush that is durable be told, and nothing more be written until it can', async () => {
    let isBroken = false;
    const written: number[] = [];
    const alarms: string[] = [];
    const marks = {
      write({ head }: Mark): void {
        if (isBroken) throw new Error('the disk is full');
        written.push(head.number);
      },
    };
    const onAlarm = (alarm: string) => void alarms.push(alarm);
    const journal = await journalOn(database.pools, { signer, marks, onAlarm, outageMs: 1_000 });
    await journal.commit(work(null));
    isBroken = true;
    expect((await journal.commit(work(null))).outcome).toBe('durable');
    const refused = [entry(), entry()];
    for (const each of refused) {
      await expect(journal.commit(work(null, { entries: [each] }))).rejects.toMatchObject({
        code: 'ledger-unavailable',
      });
    }
    expect(alarms).toEqual(['the mark of the ledger cannot be written outside the database']);
    isBroken = false;
    expect((await journal.commit(work(null))).outcome).toBe('durable');
    expect(written).toEqual([1, 2, 3]);
    const flushes = await readChain(database.pools.owner, journal.instance, signer.check);
    const ids = flushes.flatMap(({ leaves }) => leaves.map(({ id }) => id));
    expect(refused.filter(({ id }) => ids.includes(id))).toEqual([]);
    await journal.close();
  });

  test('because its folder is none is told at the start', async () => {
    await writeFile(directory, 'a file');
    await expect(openMarkFiles(directory)).rejects.toMatchObject({ code: 'EEXIST' });
    await rm(directory);
  });
});

test('marks that a checkpoint covers go after a month; others stay', async () => {
  const world = await ledgerWorld();
  try {
    const marks = await openMarkFiles(directory);
    const covered = await journalOn(world.database.pools, { marks });
    await covered.commit(work(null));
    const sequencer = world.start();
    await world.signed(1);
    await sequencer.stop();
    const pendingMarks = await openMarkFiles(directory);
    const pending = await journalOn(world.database.pools, { marks: pendingMarks });
    await pending.commit(work(null));
    await Promise.all([covered.close(), pending.close()]);
    await Promise.all([marks.close(), pendingMarks.close()]);
    const stray = '01890a5d-ac96-774b-bcce-b302099a8057';
    await writeFile(fileOf(stray), 'no mark');
    const taken = '01890a5d-ac96-774b-bcce-b302099a8058';
    const mark = await markOf(covered.instance);
    if (mark === null) throw new Error('no mark');
    // A head that the database does not have is what a mark is for.
    const head = { ...mark.head, instance: taken, root: flushHeadHash(mark.head) };
    await writeFile(fileOf(taken), markText({ ...mark, head }));

    const now = Date.now();
    const all = [`${covered.instance}.mark`, `${pending.instance}.mark`, `${stray}.mark`, `${taken}.mark`].toSorted();
    await tidyMarks(directory, world.database.pools.serve, new Date(now));
    expect((await readdir(directory)).toSorted()).toEqual(all);
    for (const name of all) {
      const old = new Date(now - 31 * 24 * 3_600_000);
      await utimes(path.join(directory, name), old, old);
    }
    await tidyMarks(directory, world.database.pools.serve, new Date(now));
    expect((await readdir(directory)).toSorted()).toEqual(all.filter((name) => !name.startsWith(covered.instance)));
  } finally {
    await world.end();
  }
});
