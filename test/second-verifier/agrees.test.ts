import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportOptions, writeExport } from '../../src/archive/write-export.ts';
import type { LedgerTrust } from '../../src/core/ledger/verify/verify-ledger.ts';
import { someLedger } from '../core/ledger/some-ledger.ts';
import { tamperings } from '../core/ledger/tamperings.ts';
import { chanceFrom } from '../faults/tamper-matrix/chance.ts';
import { commandLedger } from '../world/command-ledger.ts';
import { origin, sourceOf, type WrittenLedger } from '../world/written-ledger.ts';
import { fileTamperings } from './file-tamperings.ts';
import { goodLedgers, large } from './good-ledgers.ts';
import { type Opinion, runScript, twoOpinions } from './two-opinions.ts';

/**
 * The program and a verifier that was written from docs/ledger.md alone say the same of every export: whole, or the
 * same codes, or that it cannot be read. Where they differ, the page says too little or one of them is wrong.
 */
const options: ExportOptions = { origin, since: null, now: '2026-03-01T12:00:00.000Z' };
let place: string;
let made = 0;

beforeAll(async () => {
  place = await mkdtemp(path.join(os.tmpdir(), 'sluis-two-opinions-'));
});

afterAll(() => rm(place, { recursive: true }));

async function exported(written: WrittenLedger, since: number | null = null): Promise<string> {
  const folder = path.join(place, `export-${made++}`);
  await writeExport(sourceOf(written.rows), folder, { ...options, since });
  return folder;
}

async function agreed(
  folder: string,
  { trust, rows }: WrittenLedger,
  more: Partial<LedgerTrust> = {},
): Promise<Opinion> {
  const { first, second } = await twoOpinions(folder, { trust: { ...trust, ...more }, keys: rows.keys });
  expect(second).toEqual(first);
  return first;
}

describe('of a good export', () => {
  test.each(Object.entries(goodLedgers))('%s: whole', async (_, make) => {
    const written = make();
    const note = written.rows.checkpoints.at(-1)?.note;
    const notes = note === undefined ? [] : [{ where: 'kept', note }];
    const marks = written.rows.marks.slice(0, 1);
    expect(await agreed(await exported(written), written, { notes, marks })).toEqual([]);
  });

  test.each([1, 2, 128, 255, 256, 257, 300])('that begins at %s: whole', async (since) => {
    const written = large();
    expect(await agreed(await exported(written, since), written)).toEqual([]);
  });
});

/** Checks that the second verifier does not have, or that rest on what only the first one is given. */
const firstAlone = new Set(['receipt', 'receipt-missing', 'timestamp', 'witness', 'a note of another history']);
/** Tried below with files. */
const elsewhere = 'a note of more than there is';

describe('of rows that somebody changed', () => {
  const shared = tamperings.filter(
    ([what, code]) => !firstAlone.has(code) && !firstAlone.has(what) && what !== elsewhere,
  );

  test.each(shared)('%s: %s', async (_, code, tamper) => {
    const written = someLedger();
    const keys = [...written.rows.keys];
    let more: Partial<LedgerTrust> = {};
    tamper(written, (brought) => {
      more = brought;
    });
    const opinion = await agreed(await exported(written), { ...written, rows: { ...written.rows, keys } }, more);
    expect(opinion).toContain(code);
  });
});

test('of an older export, with a note that was published later: checkpoint-root', async () => {
  const written = someLedger();
  const folder = await exported(written);
  const notes = [{ where: 'later', note: written.sequence() }];
  expect(await agreed(folder, written, { notes })).toEqual(['checkpoint-root']);
});

/** What is found wherever the change is. */
const certain: Readonly<Record<string, Opinion>> = {
  'an older newest checkpoint': ['checkpoint'],
  'a byte that is no text': 'unreadable',
  'a file that is cut short': 'unreadable',
  'another sign in a policy': ['policy-files'],
  'another byte in a tile': ['tile'],
};

describe('of files that somebody changed', () => {
  const rounds = 2;

  test.each(Object.entries(fileTamperings))('%s', async (what, tamper) => {
    const written = goodLedgers['keys that follow one another']?.() ?? someLedger();
    const whole = await exported(written);
    for (let round = 0; round < rounds; round++) {
      const folder = path.join(place, `changed-${made++}`);
      await cp(whole, folder, { recursive: true });
      await tamper(folder, chanceFrom(round * 1_000 + what.length));
      const opinion = await agreed(folder, written);
      if (what in certain) expect(opinion).toEqual(certain[what]);
    }
  });

  test.each(Object.entries(fileTamperings))('of an export that begins later: %s', async (what, tamper) => {
    const written = large();
    const folder = await exported(written, 200);
    if (/checkpoint|waits|mark/.test(what)) return;
    await tamper(folder, chanceFrom(what.length));
    await agreed(folder, written);
  });
});

test('of an export that the commands made of a database', async () => {
  const world = await commandLedger();
  try {
    await world.write(60);
    await world.writePending(2);
    const folder = path.join(world.place, 'export');
    expect(await world.ledger(['export', folder])).toMatchObject({ code: 0 });
    const keys = path.join(folder, 'keys.json');
    expect(await world.ledger(['verify', folder, '--keys', keys])).toMatchObject({ code: 0 });
    expect(await runScript([folder, '--keys', keys, '--checkpoint', path.join(folder, 'checkpoint')])).toEqual([]);
  } finally {
    await world.end();
  }
});
