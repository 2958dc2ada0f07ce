import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExportFault } from '../../src/archive/export-fault.ts';
import { readExport } from '../../src/archive/read-export.ts';
import { type ExportOptions, writeExport } from '../../src/archive/write-export.ts';
import type { EntryRow } from '../../src/core/ledger/ledger-rows.ts';
import type { LedgerSource } from '../../src/core/ledger/ledger-source.ts';
import { verifyLedger } from '../../src/core/ledger/verify/verify-ledger.ts';
import {
  activation,
  disclosure,
  heartbeat,
  instanceId,
  origin,
  permit,
  sourceOf,
  type WrittenLedger,
  writtenLedger,
} from '../world/written-ledger.ts';

const [a, b] = [instanceId(1), instanceId(2)];
const options: ExportOptions = { origin, since: null, now: '2026-03-01T12:00:00.000Z' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluis-export-'));
});

afterEach(() => rm(folder, { recursive: true }));

const request = (n: number) => `01920000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;

function ledger(): WrittenLedger {
  const written = writtenLedger();
  written.flush(a, [heartbeat('begin'), activation()]);
  written.flush(b, [heartbeat('begin', [written.head(a)]), permit(request(1)), disclosure(request(1))]);
  written.sequence();
  written.rows.marks.push(written.mark(a));
  grow(written, 2);
  return written;
}

/** A permit and its disclosure more, and one that waits. */
function grow(written: WrittenLedger, n: number, count = 1): void {
  for (let each = 0; each < count; each++) {
    written.flush(b, [permit(request(n * 10_000 + each)), disclosure(request(n * 10_000 + each))]);
  }
  written.sequence();
  written.flush(a, [permit(request(1_000_000 * n)), disclosure(request(1_000_000 * n))]);
}

async function verified({ trust }: WrittenLedger, where = folder) {
  return verifyLedger(await readExport(where), trust);
}

async function all<Row>(pages: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  return (await Array.fromAsync(pages)).flat();
}

describe('an export', () => {
  test('reads back as the ledger that it was made of', async () => {
    const written = ledger();
    const source = sourceOf(written.rows);
    const done = await writeExport(source, folder, options);
    expect(done).toMatchObject({ since: 0, size: 7, entries: 7, pending: 2, checkpointSize: 7 });
    const read = await readExport(folder);
    expect(await all(read.entries(0))).toEqual(await all(source.entries(0)));
    expect(await all(read.entries(3))).toEqual(await all(source.entries(3)));
    expect(await all(read.pending())).toEqual(await all(source.pending()));
    expect(await all(read.flushes(b, 2))).toEqual(await all(source.flushes(b, 2)));
    expect(await read.checkpoints()).toEqual(await source.checkpoints());
    expect(await read.keys()).toEqual(await source.keys());
    expect(await read.marks()).toEqual(await source.marks());
    expect(await read.policySets()).toEqual(await source.policySets());
    expect(await all(read.tiles(0))).toEqual(await all(source.tiles(0)));
    expect(await verified(written)).toEqual(await verifyLedger(source, written.trust));
    expect(await verified(written)).toMatchObject({ problems: [], entries: 9, pending: 2 });
    expect(await readFile(path.join(folder, 'checkpoint'), 'utf8')).toBe(written.rows.checkpoints.at(-1)?.note);
  });

  test('into the same folder adds what is new, and full files are left alone', async () => {
    const written = ledger();
    grow(written, 3, 2_100);
    await writeExport(sourceOf(written.rows), folder, options);
    const entries = path.join(folder, 'entries');
    expect(await readdir(entries)).toEqual(['000000000000-000000004095.ndjson', '000000004096-000000004208.ndjson']);
    const asked: number[] = [];
    grow(written, 4);
    const source = sourceOf(written.rows);
    const watched: LedgerSource = {
      ...source,
      entries(from) {
        asked.push(from);
        return source.entries(from);
      },
    };
    await writeExport(watched, folder, options);
    expect(asked).toEqual([4096]);
    expect(await readdir(entries)).toEqual(['000000000000-000000004095.ndjson', '000000004096-000000004212.ndjson']);
    expect(await verified(written)).toMatchObject({ problems: [], treeSize: 4213 });
    // As one that was made at once, but for what is told of the making.
    const anew = await mkdtemp(path.join(os.tmpdir(), 'sluis-export-'));
    await writeExport(sourceOf(written.rows), anew, options);
    const listed = async (where: string) => (await readdir(where, { recursive: true })).sort();
    expect(await listed(folder)).toEqual(await listed(anew));
    await rm(anew, { recursive: true });
  });

  test.each([0, 5, 11, 15])('that broke off after %s pages goes on, and is not verified before', async (pages) => {
    const written = ledger();
    grow(written, 3, 20);
    const source = sourceOf(written.rows);
    const broken: LedgerSource = { ...source, entries: (from) => cut(source.entries(from), pages) };
    await expect(writeExport(broken, folder, options)).rejects.toThrow('cut');
    await expect(verified(written)).rejects.toThrow('run "sluis ledger export" again');
    grow(written, 4);
    await writeExport(sourceOf(written.rows), folder, options);
    expect(await verified(written)).toMatchObject({ problems: [], treeSize: written.rows.size });
  });

  test('that begins later is whole from there on, when the checkpoint of that size is given', async () => {
    const written = ledger();
    const [, earlier] = written.rows.checkpoints;
    grow(written, 3, 300);
    written.sequence();
    await writeExport(sourceOf(written.rows), folder, { ...options, since: 7 });
    const report = await verified({
      ...written,
      trust: { ...written.trust, notes: [{ where: 'mine', note: earlier?.note ?? '' }] },
    });
    expect(report).toMatchObject({ problems: [], treeSize: written.rows.size, entries: written.rows.size - 7 });
    expect(report.notChecked.length).toBeGreaterThan(0);
    grow(written, 5);
    await writeExport(sourceOf(written.rows), folder, options);
    expect(await verified(written)).toMatchObject({ problems: [], treeSize: written.rows.size });
    await expect(writeExport(sourceOf(written.rows), folder, { ...options, since: 0 })).rejects.toThrow(
      'from position 7',
    );
  });

  test('that begins later and broke off before its flushes has those of the entries that it kept', async () => {
    const written = ledger();
    const [, earlier] = written.rows.checkpoints;
    const c = instanceId(3);
    written.flush(c, [heartbeat('begin'), permit(request(42)), disclosure(request(42))]);
    for (let n = 0; n < 42; n++) {
      const pairs = Array.from({ length: 50 }, (_, each) => request(30_000 + n * 50 + each));
      written.flush(
        b,
        pairs.flatMap((id) => [permit(id), disclosure(id)]),
      );
    }
    written.sequence();
    const since = { ...options, since: 7 };
    const source = sourceOf(written.rows);
    const broken: LedgerSource = { ...source, instances: () => Promise.reject(new Error('cut')) };
    await expect(writeExport(broken, folder, since)).rejects.toThrow('cut');
    expect(await readdir(path.join(folder, 'entries'))).toContain('000000000007-000000004095.ndjson');
    await expect(readdir(path.join(folder, 'flushes'))).rejects.toThrow('ENOENT');
    const done = await writeExport(source, folder, since);
    expect(done.entries).toBe(written.rows.size - 4096);
    const [flush] = await all((await readExport(folder)).flushes(c, 1));
    expect(flush?.number).toBe(1);
    const notes = [{ where: 'mine', note: earlier?.note ?? '' }];
    const report = await verified({ ...written, trust: { ...written.trust, notes } });
    expect(report).toMatchObject({ problems: [], entries: written.rows.size - 7 });
  });

  test('of more waiting entries than the memory holds is written and read as they come', async () => {
    const program = path.resolve(import.meta.dirname, '../world/pending-process.ts');
    const child = spawnSync(process.execPath, ['--max-old-space-size=40', program, folder], { encoding: 'utf8' });
    expect(child).toMatchObject({ status: 0, stdout: '300000 written, 300000 read\n' });
  });

  test('leaves no draft behind when the disk is full', async () => {
    const full: LedgerSource = {
      ...sourceOf(ledger().rows),
      // biome-ignore lint/correctness/useYield: it fails before it has one
      async *pending() {
        throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
      },
    };
    await expect(writeExport(full, folder, options)).rejects.toThrow('the disk is full');
    const broken: LedgerSource = { ...full, entries: (from) => cut(full.entries(from), 0) };
    await expect(writeExport(broken, folder, options)).rejects.toThrow('cut');
    const names = await readdir(folder, { recursive: true });
    expect(names.filter((name) => path.basename(name).startsWith('.'))).toEqual([]);
  });

  test('names what is a folder where a file is to be', async () => {
    await writeExport(sourceOf(ledger().rows), folder, options);
    await rm(path.join(folder, 'keys.json'));
    await mkdir(path.join(folder, 'keys.json'));
    const again = writeExport(sourceOf(ledger().rows), folder, options);
    await expect(again).rejects.toThrow(`${path.join(folder, 'keys.json')}: has a folder in the place of a file`);
  });

  test('goes to no folder that holds something else, another log, or more than the ledger has', async () => {
    const written = ledger();
    await writeFile(path.join(folder, 'letter.txt'), 'dear');
    await expect(writeExport(sourceOf(written.rows), folder, options)).rejects.toThrow('is not empty and no export');
    await rm(path.join(folder, 'letter.txt'));
    await writeExport(sourceOf(written.rows), folder, options);
    await expect(writeExport(sourceOf(written.rows), folder, { ...options, origin: 'other' })).rejects.toThrow(
      'another log',
    );
    const cutShort = sourceOf({ ...written.rows, size: 3 });
    await expect(writeExport(cutShort, folder, options)).rejects.toThrow('entries are gone');
    await expect(writeExport(sourceOf(written.rows), path.join(folder, 'no/where'), options)).rejects.toThrow(
      'folder above it',
    );
  });

  test('writes no file outside of its folder, whatever names a database holds', async () => {
    const written = ledger();
    const [digest = ''] = written.rows.policies.keys();
    written.rows.policies.set(digest, [{ file: '../../escaped.yaml', bytes: Buffer.from('x') }]);
    written.rows.marks.push({ instance: '../escaped', text: 'x' });
    const inner = path.join(folder, 'inner');
    await writeExport(sourceOf(written.rows), inner, options);
    expect(await readdir(folder)).toEqual(['inner']);
    expect((await verified(written, inner)).problems.map(({ code }) => code)).toEqual(['policy-files']);
  });
});

describe('an export that somebody changed', () => {
  const broken: readonly (readonly [file: RegExp, change: (text: string) => string, message: RegExp])[] = [
    [/^sluis-ledger/, () => '{', /is not JSON/],
    [/^sluis-ledger/, (text) => text.replace('"v":1', '"v":2'), /not the manifest of an export of version 1 \(v\)/],
    [/^entries/, (text) => text.slice(0, -1), /cut short/],
    [/^entries/, (text) => text.replace(/\n[^\n]*\n$/, '\n'), /in the middle of an entry/],
    [/^entries/, (text) => text.replace('"flush":1', '"flush":"1"'), /lines 1 and 2 are no entry/],
    [/^entries/, (text) => text.replace('{"flush":1', '{"extra":1,"flush":1'), /lines 1 and 2 are no entry/],
    [/^flushes/, (text) => text.replace('"count":', '"size":'), /line 1 is no flush/],
    [/^flushes/, (text) => text.replace('{', '['), /line 1 is no flush/],
    [/^checkpoints/, (text) => text.replace('"note"', '"text"'), /line 1 is not of its form/],
    [/^keys/, () => '{}', /keys.json is not of its form \(keys\)$/],
    [/^keys/, () => '[]', /keys.json is not of its form$/],
    [/^pending/, (text) => text.slice(0, -1), /pending.ndjson: is cut short/],
    [/^pending/, (text) => text.replace(/\n[^\n]*\n$/, '\n'), /pending.ndjson: ends in the middle of an entry/],
    [/^pending/, (text) => text.replace('"flush":', '"extra":1,"flush":'), /pending.ndjson: lines 1 and 2 are no/],
  ];

  test.each(broken)('%s: says which file and where', async (file, change, message) => {
    const written = ledger();
    await writeExport(sourceOf(written.rows), folder, options);
    const names = (await readdir(folder, { recursive: true })).filter((name) => file.test(name) && /json$/.test(name));
    const name = path.join(folder, names[0] ?? 'none');
    await writeFile(name, change(await readFile(name, 'utf8')));
    const failed = await verified(written).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ExportFault);
    expect(String(failed)).toMatch(message);
  });

  test.each(['entries', 'flushes', 'tile', 'policies'])('without its %s is not whole', async (name) => {
    const written = ledger();
    await writeExport(sourceOf(written.rows), folder, options);
    await rm(path.join(folder, name), { recursive: true });
    expect((await verified(written)).problemCount).toBeGreaterThan(0);
  });

  test.each(['pending.ndjson', 'checkpoints.ndjson', 'keys.json', 'sluis-ledger.json'])(
    'without its %s is not read',
    async (name) => {
      const written = ledger();
      await writeExport(sourceOf(written.rows), folder, options);
      await rm(path.join(folder, name));
      await expect(verified(written)).rejects.toThrow(`${name}`);
    },
  );

  test('with an older tile beside the newer one, or files of another export, is not whole', async () => {
    const written = ledger();
    await writeExport(sourceOf(written.rows), folder, options);
    await cp(path.join(folder, 'tile/0/000.p/7'), path.join(folder, 'tile/0/000.p/6'));
    expect((await verified(written)).problems).toEqual([{ code: 'tile', where: 'tile/0/0' }]);
  });
});

async function* cut(pages: AsyncIterable<readonly EntryRow[]>, count: number): AsyncGenerator<readonly EntryRow[]> {
  let left = count;
  for await (const page of pages) {
    if (left-- === 0) throw new Error('cut');
    yield page;
  }
}
