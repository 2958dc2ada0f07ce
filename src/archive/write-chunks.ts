import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ExportFault } from './export-fault.ts';
import { chunkLength, chunkName } from './export-paths.ts';
import { chunksIn } from './list-folder.ts';
import { type AsideFile, dropAside, openAside } from './write-aside.ts';

/** Lines that belong to one position, without the last newline. */
export interface Placed {
  readonly position: number;
  readonly lines: string;
}

const flushAt = 1_000_000;

/** Position after the full files that follow each other from the beginning of this folder; `start` when there are none. */
export async function resumeAt(folder: string, start: number, base: number): Promise<number> {
  let next = start;
  for (const { first, last } of await chunksIn(folder)) {
    if (first !== next || chunkEnd(first, base) !== last) break;
    next = last + 1;
  }
  return next;
}

/**
 * Writes positions to files of one multiple of 4,096 each; `base` is the first position that there can be. Each
 * file appears when it is whole, and takes the place of a shorter one. Returns how many bytes were written.
 * Throws `ExportFault` when a file does not hold what was written to it.
 */
export async function writeChunks(
  folder: string,
  base: number,
  placed: AsyncIterable<readonly Placed[]>,
): Promise<number> {
  let open: OpenChunk | null = null;
  let bytes = 0;
  const close = async (chunk: OpenChunk): Promise<void> => {
    bytes += await drain(chunk);
    await chunk.aside.handle.datasync();
    await chunk.aside.handle.close();
    await settle(folder, base, chunk);
  };
  try {
    for await (const page of placed) {
      for (const { position, lines } of page) {
        if (open !== null && position > chunkEnd(open.first, base)) {
          await close(open);
          open = null;
        }
        open ??= { aside: await openAside(folder), first: position, last: position, text: [], length: 0, lines: 0 };
        open.last = position;
        open.text.push(lines, '\n');
        open.length += lines.length;
        if (open.length > flushAt) bytes += await drain(open);
      }
    }
    if (open !== null) await close(open);
    open = null;
  } finally {
    if (open !== null) await dropAside(open.aside);
  }
  return bytes;
}

interface OpenChunk {
  readonly aside: AsideFile;
  readonly first: number;
  last: number;
  text: string[];
  length: number;
  lines: number;
}

/** Returns how many bytes were written. */
async function drain(chunk: OpenChunk): Promise<number> {
  const text = chunk.text.join('');
  chunk.text = [];
  chunk.length = 0;
  const bytes = Buffer.from(text);
  chunk.lines += linesIn(bytes);
  await chunk.aside.handle.writeFile(bytes);
  return bytes.length;
}

/** Last position of the file in which a position stands. */
function chunkEnd(position: number, base: number): number {
  return base + (Math.floor((position - base) / chunkLength) + 1) * chunkLength - 1;
}

async function settle(folder: string, base: number, { aside, lines, ...chunk }: OpenChunk): Promise<void> {
  const name = chunkName(chunk);
  // A full one is never written again: what is wrong in it would stay.
  const there = linesIn(await readFile(aside.file));
  if (there !== lines) {
    throw new ExportFault(
      `${path.join(folder, name)}: ${lines} lines were written and ${there} are there; run it again`,
    );
  }
  await rename(aside.file, path.join(folder, name));
  const shorter = (await chunksIn(folder)).filter(
    (other) => chunkEnd(other.first, base) === chunkEnd(chunk.first, base) && chunkName(other) !== name,
  );
  for (const other of shorter) await rm(path.join(folder, chunkName(other)));
}

function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}
