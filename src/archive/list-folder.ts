import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ExportFault } from './export-fault.ts';
import { type Chunk, readChunkName } from './export-paths.ts';
import { isAbsent } from './write-aside.ts';

/** Files below a folder, as paths with `/`, sorted; none when it is absent. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const found = (await entriesOf(folder, true)).filter((entry) => entry.isFile());
  return found
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter((name) => !name.split('/').at(-1)?.startsWith('.'))
    .sort();
}

/** Folders in a folder, sorted; none when it is absent. */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  const found = (await entriesOf(folder, false)).filter((entry) => entry.isDirectory());
  return found.map(({ name }) => name).sort();
}

/** The files of entries or flushes in a folder, in order. */
export async function chunksIn(folder: string): Promise<readonly Chunk[]> {
  const chunks = (await entriesOf(folder, false)).flatMap(({ name }) => readChunkName(name) ?? []);
  return chunks.sort((a, b) => a.first - b.first || a.last - b.last);
}

/** Throws `ExportFault` for what is neither file nor folder: passed over, it would be missing unseen. */
async function entriesOf(folder: string, recursive: boolean): Promise<readonly Dirent[]> {
  const found = await listed(folder, recursive);
  const other = found.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (other === undefined) return found;
  const where = path.join(other.parentPath, other.name);
  throw new ExportFault(`${where}: is a link or device: put the file itself there`);
}

async function listed(folder: string, recursive: boolean): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true, recursive });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
