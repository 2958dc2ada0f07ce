import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

const asideForm = /^\.part(-[0-9a-f]{16})?$/;

/** Puts a file in its place whole or not at all, also when the power goes unless not `durable`. Returns its bytes. */
export async function writeAside(
  file: string,
  content: string | Buffer | AsyncIterable<string>,
  durable = true,
): Promise<number> {
  const aside = await openAside(path.dirname(file));
  try {
    await aside.handle.writeFile(content);
    if (durable) await aside.handle.datasync();
    const { size } = await aside.handle.stat();
    await aside.handle.close();
    await rename(aside.file, file);
    return size;
  } catch (error) {
    await dropAside(aside);
    throw error;
  }
}

export interface AsideFile {
  readonly file: string;
  readonly handle: FileHandle;
}

/** A file that nobody reads yet, and nobody else writes. */
export async function openAside(folder: string): Promise<AsideFile> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `.part-${randomBytes(8).toString('hex')}`);
  return { file, handle: await open(file, 'wx') };
}

/** Leaves nothing behind: what is full does not get fuller by what is of no use. */
export async function dropAside({ file, handle }: AsideFile): Promise<void> {
  try {
    await handle.close();
  } finally {
    await rm(file, { force: true });
  }
}

/** Removes what a writer that was killed left below a folder. Whoever calls it is the only one who writes there. */
export async function removeLeftAside(folder: string): Promise<void> {
  for (const { name, parentPath } of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (asideForm.test(name)) await rm(path.join(parentPath, name), { force: true });
  }
}

export function isAbsent(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

/** Whether the system said so of a file. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
