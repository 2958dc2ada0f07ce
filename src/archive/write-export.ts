import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointRow, EntryRow, FlushRow } from '../core/ledger/ledger-rows.ts';
import type { LedgerSource } from '../core/ledger/ledger-source.ts';
import { fullWidth, hashLength } from '../core/ledger/tile.ts';
import { ExportFault, writeFault } from './export-fault.ts';
import { checkpointLine, entryLines, flushLine } from './export-lines.ts';
import * as paths from './export-paths.ts';
import { chunksIn, filesBelow } from './list-folder.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { namesWriter, writeAlone } from './write-alone.ts';
import { isAbsent, removeLeftAside, writeAside } from './write-aside.ts';
import { type Placed, resumeAt, writeChunks } from './write-chunks.ts';

export interface ExportOptions {
  /** Name of the log. */
  readonly origin: string;
  /** First position to write; null: 0, or where the export in this folder begins. */
  readonly since: number | null;
  /** Instant. */
  readonly now: string;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Exported {
  readonly since: number;
  readonly size: number;
  readonly pending: number;
  /** Entries and bytes that this run added. */
  readonly entries: number;
  readonly bytes: number;
  readonly checkpointSize: number | null;
}

/**
 * Writes a ledger to a folder, or to an export that is there what is new since: files that are full are not read
 * or written again, so that one that was broken off goes on. Throws `ExportFault`, also when another
 * export writes there, and what the source throws.
 */
export async function writeExport(source: LedgerSource, folder: string, options: ExportOptions): Promise<Exported> {
  try {
    await makeFolder(folder);
    return await writeAlone(folder, () => writeAll(source, folder, options));
  } catch (error) {
    throw writeFault(folder, error);
  }
}

async function writeAll(source: LedgerSource, folder: string, options: ExportOptions): Promise<Exported> {
  const begun = await begin(source, folder, options);
  const { manifest } = begun;
  await removeLeftAside(folder);
  await writeManifest(folder, manifest);
  const write = writer(folder);
  const { at, flushes } = await writeEntries(source, folder, begun, write, options);
  const pending = await writePending(source, flushes, write);
  await writeFlushes(source, folder, manifest.since, flushes, write);
  const checkpointSize = await writeCheckpoints(source, folder, write);
  await writeTiles(source, folder, manifest, write);
  await writeBeside(source, write);
  await writeManifest(folder, { ...manifest, pending, state: 'whole' });
  const { since, size } = manifest;
  return { since, size, pending, entries: size - at, bytes: write.bytes(), checkpointSize };
}

interface Writer {
  file(name: string, content: string | Buffer | AsyncIterable<string>): Promise<void>;
  /** As `file`, without waiting for the disk: there are many, and a wrong one shows by its hashes. */
  tile(name: string, content: Buffer): Promise<void>;
  chunks(folder: string, base: number, placed: AsyncIterable<readonly Placed[]>): Promise<void>;
  bytes(): number;
}

function writer(folder: string): Writer {
  let bytes = 0;
  return {
    async file(name, content) {
      bytes += await writeAside(path.join(folder, name), content);
    },
    async tile(name, content) {
      bytes += await writeAside(path.join(folder, paths.tilesFolder, name), content, false);
    },
    async chunks(name, base, placed) {
      bytes += await writeChunks(path.join(folder, name), base, placed);
    },
    bytes: () => bytes,
  };
}

interface Begun {
  readonly manifest: Manifest;
  /** Whether an export that is gone on with had all that it was to have. */
  readonly isWhole: boolean;
}

async function begin(source: LedgerSource, folder: string, options: ExportOptions): Promise<Begun> {
  const { origin, now } = options;
  const before = await readManifest(folder);
  if (before === null && (await readdir(folder)).some((name) => !namesWriter(name))) {
    throw new ExportFault(`${folder}: is not empty and no export; choose a folder that is empty or does not exist`);
  }
  if (before !== null && before.origin !== origin) {
    throw new ExportFault(`${folder}: is an export of another log, ${before.origin}`);
  }
  const since = options.since ?? before?.since ?? 0;
  if (before !== null && before.since !== since) {
    throw new ExportFault(`${folder}: is an export from position ${before.since} on; choose another folder`);
  }
  if (before !== null && before.size > source.size) {
    const why = `holds ${before.size} entries, but the ledger has ${source.size}: entries are gone from it`;
    throw new ExportFault(`${folder}: ${why}; keep this export, and verify it and the ledger`);
  }
  if (since > source.size) throw new ExportFault(`the ledger has ${source.size} entries, and none from ${since} on`);
  const { size } = source;
  return {
    manifest: { v: 1, origin, since, size, pending: 0, state: 'writing', writtenAt: now },
    isWhole: before?.state === 'whole',
  };
}

/** One that is there may be gone on with; one above it is not made, since a slip of the pen would be. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') throw new ExportFault(`${folder}: the folder above it does not exist; make it first`);
    if (code !== 'EEXIST') throw error;
  }
}

/** Where it went on, and of each instance the first flush that an entry named. */
interface WrittenEntries {
  readonly at: number;
  readonly flushes: Map<string, number>;
}

async function writeEntries(
  source: LedgerSource,
  folder: string,
  { manifest: { since }, isWhole }: Begun,
  write: Writer,
  { onProgress }: ExportOptions,
): Promise<WrittenEntries> {
  const at = await resumeAt(path.join(folder, paths.entriesFolder), since, 0);
  // Which flushes an export begins with is known of one that was whole; of one that broke off its entries say it again.
  const from = since === 0 || isWhole ? at : since;
  const flushes = new Map<string, number>();
  async function* placed(): AsyncGenerator<readonly Placed[]> {
    for await (const page of source.entries(from)) {
      for (const row of page) noteFlush(flushes, row);
      const added = page.filter(({ index }) => (index ?? 0) >= at);
      yield added.map((row) => ({ position: row.index ?? 0, lines: entryLines(row) }));
      onProgress?.((page.at(-1)?.index ?? 0) + 1 - since, source.size - since);
    }
  }
  await write.chunks(paths.entriesFolder, 0, placed());
  return { at, flushes };
}

function noteFlush(flushes: Map<string, number>, { leaf, columns, flush }: EntryRow): void {
  if (flush === null) return;
  const instance = columns?.instance ?? (leaf === null ? undefined : /"instance":"([0-9a-f-]{36})"/.exec(leaf)?.[1]);
  if (instance !== undefined && !flushes.has(instance)) flushes.set(instance, flush);
}

async function writePending(source: LedgerSource, flushes: Map<string, number>, write: Writer): Promise<number> {
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const page of source.pending()) {
      for (const row of page) noteFlush(flushes, row);
      count += page.filter(({ flush }) => flush !== null).length;
      yield page.map((row) => `${entryLines(row)}\n`).join('');
    }
  }
  await write.file(paths.pendingFile, lines());
  return count;
}

async function writeFlushes(
  source: LedgerSource,
  folder: string,
  since: number,
  named: ReadonlyMap<string, number>,
  write: Writer,
): Promise<void> {
  for (const instance of await source.instances()) {
    const name = `${paths.flushesFolder}/${instance}`;
    const [before] = await chunksIn(path.join(folder, name));
    const start = since === 0 ? 1 : (before?.first ?? named.get(instance));
    // It ended before the export begins.
    if (start === undefined) continue;
    const from = await resumeAt(path.join(folder, name), start, 1);
    await write.chunks(name, 1, placedFlushes(source.flushes(instance, from)));
  }
}

async function* placedFlushes(pages: AsyncIterable<readonly FlushRow[]>): AsyncGenerator<readonly Placed[]> {
  for await (const page of pages) yield page.map((row) => ({ position: row.number, lines: flushLine(row) }));
}

/** Returns the size of the newest. */
async function writeCheckpoints(source: LedgerSource, folder: string, write: Writer): Promise<number | null> {
  const rows = await source.checkpoints();
  await write.file(paths.checkpointsFile, rows.map((row) => `${checkpointLine(row)}\n`).join(''));
  const newest = rows.reduce<CheckpointRow | null>((best, row) => (sizeOf(row) > sizeOf(best) ? row : best), null);
  if (newest === null) await rm(path.join(folder, paths.checkpointFile), { force: true });
  else await write.file(paths.checkpointFile, newest.note);
  return newest === null ? null : sizeOf(newest);
}

/** As the note says; it is the verifier's to judge. */
function sizeOf(row: CheckpointRow | null): number {
  const size = Number(row?.note.split('\n')[1]);
  return Number.isSafeInteger(size) ? size : -1;
}

/** A full tile that is there is not written again; one of the right edge is replaced by a wider one. */
async function writeTiles(source: LedgerSource, folder: string, { since }: Manifest, write: Writer): Promise<void> {
  const root = path.join(folder, paths.tilesFolder);
  const narrower = (await filesBelow(root)).filter((name) => name.includes('.p/'));
  for await (const page of source.tiles(since)) {
    for (const { level, index, hashes } of page) {
      const name = paths.tilePath({ level, index, width: hashes.length / hashLength });
      const isFull = hashes.length === fullWidth * hashLength;
      if (!isFull || !(await isThere(path.join(root, name), hashes.length))) await write.tile(name, hashes);
      const edge = `${paths.tilePath({ level, index, width: fullWidth })}.p/`;
      for (const old of narrower) if (old.startsWith(edge) && old !== name) await rm(path.join(root, old));
    }
  }
}

async function isThere(file: string, length: number): Promise<boolean> {
  try {
    return (await stat(file)).size === length;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** What stands beside the tree: small, and written anew each time. */
async function writeBeside(source: LedgerSource, write: Writer): Promise<void> {
  await write.file(paths.keysFile, `${JSON.stringify({ keys: await source.keys() }, null, 2)}\n`);
  for (const { instance, text } of await source.marks()) {
    if (paths.isPlainPath(instance)) await write.file(`${paths.marksFolder}/${instance}.mark`, text);
  }
  for (const { size, token } of await source.timestamps()) {
    await write.file(`${paths.timestampsFolder}/${size}.tsr`, token);
  }
  for (const digest of await source.policySets()) {
    const hex = digest.replace('sha256:', '');
    for (const { file, bytes } of await source.policyFiles(digest)) {
      // A name that leads elsewhere is no file of ours: without it the digest does not come out, which is told.
      if (paths.isPlainPath(file) && paths.isPlainPath(hex))
        await write.file(`${paths.policiesFolder}/${hex}/${file}`, bytes);
    }
  }
}
