import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Digest } from '../core/brand.ts';
import type { CheckpointRow, EntryRow, FlushRow, KeyRow } from '../core/ledger/ledger-rows.ts';
import type { LedgerSource } from '../core/ledger/ledger-source.ts';
import type { TilePart } from '../core/ledger/tile.ts';
import { entryOf } from './entry-of.ts';
import { ExportFault } from './export-fault.ts';
import * as paths from './export-paths.ts';
import { flushOf } from './flush-of.ts';
import { chunksIn, filesBelow, foldersIn } from './list-folder.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { readLines } from './read-lines.ts';
import { reusedRoom } from './reused-room.ts';
import { isAbsent } from './write-aside.ts';

/** An export as it stands in a folder. */
export interface ReadExport extends LedgerSource {
  readonly manifest: Manifest;
}

const rowsAtOnce = 512;
const flushesAtOnce = 32;
const lineEnd = 0x0a;
const cutShort = 'is cut short: its last line has no end';

const number = z.int().min(0);
const checkpointForm = z.union([
  z.strictObject({ note: z.string(), outside: z.literal(true) }),
  z.strictObject({ at: z.string(), note: z.string(), root: z.base64url(), size: number }),
]);
const keysForm = z.strictObject({
  keys: z.array(
    z.strictObject({
      ...{ id: z.string(), use: z.string(), alg: z.string(), jwk: z.record(z.string(), z.unknown()) },
      ...{ createdAt: z.string(), retiredAt: z.string().nullable() },
    }),
  ),
});

/** Reads an export that is whole, file by file as they are asked for. Throws `ExportFault` naming what cannot be read. */
export async function readExport(folder: string): Promise<ReadExport> {
  const manifest = await readManifest(folder);
  if (manifest === null) throw new ExportFault(`${folder}: is no export of a ledger: ${paths.manifestFile} is missing`);
  if (manifest.state !== 'whole') {
    throw new ExportFault(
      `${folder}: the export was broken off; run "sluis ledger export" again, it goes on where it was`,
    );
  }
  const below = (...names: readonly string[]) => path.join(folder, ...names);
  const tiles = below(paths.tilesFolder);
  return {
    manifest,
    size: manifest.size,
    since: manifest.since,
    checkpoints: () => readCheckpoints(below(paths.checkpointsFile)),
    newestNote: async () => (await readTextIfThere(below(paths.checkpointFile)))?.toString('utf8') ?? null,
    entries: (from) => readEntries(below(paths.entriesFolder), from),
    pending: () => readPending(below(paths.pendingFile)),
    instances: () => foldersIn(below(paths.flushesFolder)),
    flushes: (instance, from) => readFlushes(below(paths.flushesFolder, instance), instance, from),
    tile: (id, width) => readIfThere(path.join(tiles, paths.tilePath({ ...id, width }))),
    tileParts: (beyond) => tileParts(tiles, beyond),
    tiles: (beyond) => storedTiles(tiles, beyond),
    keys: () => readKeys(below(paths.keysFile)),
    policySets: async () => (await foldersIn(below(paths.policiesFolder))).map((hex) => `sha256:${hex}` as Digest),
    policyFiles: (digest) => readAll(below(paths.policiesFolder, digest.replace('sha256:', ''))),
    async marks() {
      const files = await readAll(below(paths.marksFolder));
      return files.map(({ file, bytes: text }) => ({ instance: file.replace(/\.mark$/, ''), text: text.toString() }));
    },
    async timestamps() {
      const files = await readAll(below(paths.timestampsFolder));
      return files.map(({ file, bytes: token }) => ({ size: Number.parseInt(file, 10), token }));
    },
  };
}

async function* readEntries(folder: string, from: number): AsyncGenerator<readonly EntryRow[]> {
  const read = reusedRoom();
  for (const chunk of await chunksIn(folder)) {
    if (chunk.last < from) continue;
    const file = path.join(folder, paths.chunkName(chunk));
    for await (const page of entriesIn(file, read(file))) {
      const isAfter = (page[0]?.index ?? from) >= from;
      yield isAfter ? page : page.filter(({ index }) => index !== null && index >= from);
    }
  }
}

/** As many as wait: more than a memory may hold. */
async function* readPending(file: string): AsyncGenerator<readonly EntryRow[]> {
  let rows: EntryRow[] = [];
  let leaf: string | null = null;
  let line = 0;
  for await (const text of readLines(file)) {
    line += 1;
    if (leaf === null) {
      leaf = text;
      continue;
    }
    const row = entryOf(leaf, text, true);
    if (row === null) throw new ExportFault(`${file}: lines ${line - 1} and ${line} are no entry`);
    rows.push(row);
    leaf = null;
    if (rows.length < rowsAtOnce) continue;
    yield rows;
    rows = [];
  }
  if (leaf !== null) throw new ExportFault(`${file}: ends in the middle of an entry`);
  if (rows.length > 0) yield rows;
}

/** Two lines for each: the leaf, and what stands beside it. */
async function* entriesIn(file: string, bytes: Buffer): AsyncGenerator<readonly EntryRow[]> {
  if (bytes.length > 0 && bytes.at(-1) !== lineEnd) throw new ExportFault(`${file}: ${cutShort}`);
  let rows: EntryRow[] = [];
  let line = 1;
  // Line by line out of the bytes: strings that live for a moment, in place of one that holds them all.
  for (let start = 0; start < bytes.length; line += 2) {
    const middle = bytes.indexOf(lineEnd, start);
    const end = bytes.indexOf(lineEnd, middle + 1);
    if (middle < start || end <= middle) throw new ExportFault(`${file}: ends in the middle of an entry`);
    const row = entryOf(bytes.toString('utf8', start, middle), bytes.toString('utf8', middle + 1, end), false);
    if (row === null) throw new ExportFault(`${file}: lines ${line} and ${line + 1} are no entry`);
    rows.push(row);
    start = end + 1;
    if (rows.length < rowsAtOnce) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** A few at a time, as they are asked for: what waits for its entries would only fill the memory. */
async function* readFlushes(folder: string, instance: string, from: number): AsyncGenerator<readonly FlushRow[]> {
  for (const chunk of await chunksIn(folder)) {
    if (chunk.last < from) continue;
    const file = path.join(folder, paths.chunkName(chunk));
    const lines = await linesOf(file);
    for (let start = 0; start < lines.length; start += flushesAtOnce) {
      const rows = lines.slice(start, start + flushesAtOnce).map((line, at) => {
        const row = flushOf(instance, line);
        if (row === null) throw new ExportFault(`${file}: line ${start + at + 1} is no flush`);
        return row;
      });
      const wanted = rows.filter(({ number }) => number >= from);
      if (wanted.length > 0) yield wanted;
    }
  }
}

async function readCheckpoints(file: string): Promise<readonly CheckpointRow[]> {
  return (await linesOf(file)).map((line, at) => {
    const row = parsed(checkpointForm, line, `${file}: line ${at + 1}`);
    if ('outside' in row) return { note: row.note, stored: null };
    return { note: row.note, stored: { size: row.size, root: Buffer.from(row.root, 'base64url'), at: row.at } };
  });
}

async function readKeys(file: string): Promise<readonly KeyRow[]> {
  return parsed(keysForm, await readText(file), file).keys;
}

async function* tileParts(folder: string, beyond: number): AsyncGenerator<readonly TilePart[]> {
  const parts = (await filesBelow(folder)).flatMap((name) => paths.readTilePath(name) ?? []);
  yield parts.filter(({ level, index }) => index >= Math.floor(beyond / 256 ** (level + 1)));
}

async function* storedTiles(folder: string, beyond: number) {
  for await (const parts of tileParts(folder, beyond)) {
    for (const part of parts) {
      yield [{ level: part.level, index: part.index, hashes: await readFile(path.join(folder, paths.tilePath(part))) }];
    }
  }
}

async function readAll(folder: string): Promise<readonly { readonly file: string; readonly bytes: Buffer }[]> {
  const names = await filesBelow(folder);
  return Promise.all(names.map(async (file) => ({ file, bytes: await readFile(path.join(folder, file)) })));
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Lines without their ends. Throws `ExportFault` for a file that is absent or does not end with a line's end. */
async function linesOf(file: string): Promise<readonly string[]> {
  const lines = (await readText(file)).split('\n');
  if (lines.pop() !== '') throw new ExportFault(`${file}: ${cutShort}`);
  return lines;
}

async function readText(file: string): Promise<string> {
  return (await readWhole(file)).toString('utf8');
}

async function readWhole(file: string): Promise<Buffer> {
  const found = await readTextIfThere(file);
  if (found === null) throw new ExportFault(`${file}: is missing`);
  return found;
}

/** The bytes of a text: what is none is not read as if it were another one. */
async function readTextIfThere(file: string): Promise<Buffer | null> {
  const found = await readIfThere(file);
  if (found !== null && !isUtf8(found)) throw new ExportFault(`${file}: is not UTF-8`);
  return found;
}

function parsed<Value>(form: z.ZodType<Value>, text: string, place: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ExportFault(`${place} is not JSON`);
    throw error;
  }
  const read = form.safeParse(value);
  if (read.success) return read.data;
  const at = read.error.issues[0]?.path.join('.') ?? '';
  throw new ExportFault(`${place} is not of its form${at === '' ? '' : ` (${at})`}`);
}
