import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What a witness remembers of one log: the note that it cosigned last. */
export interface Remembered {
  /** Goes up by one each time; what comes next is written behind this one and no other. */
  readonly number: number;
  /** null: it has cosigned nothing of this log. */
  readonly note: string | null;
}

/** Older notes are kept a while, so that whoever is reading one still finds it. */
const kept = 16;
const form = /^([0-9]{12})\.note$/;

export function logFolder(state: string, origin: string): string {
  return join(state, 'logs', createHash('sha256').update(origin).digest('hex').slice(0, 32));
}

export async function recall(folder: string): Promise<Remembered> {
  const number = Math.max(0, ...(await numbersIn(folder)));
  return { number, note: number === 0 ? null : await readFile(fileOf(folder, number), 'utf8') };
}

/**
 * Writes what comes after `last`, durably before it resolves. False when something else came after it meanwhile, also
 * from another process: the name is taken by a hard link, which makes it whole or not at all and for one writer alone.
 */
export async function remember(folder: string, last: Remembered, note: string): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const number = last.number + 1;
  if (!(await claim(folder, number, note))) return false;
  const numbers = await numbersIn(folder);
  // A writer that slept while others went on, and whose number was tidied away since, is too late.
  if (numbers.some((other) => other > number)) {
    await unlink(fileOf(folder, number));
    return false;
  }
  await syncFolder(folder);
  for (const old of numbers.filter((other) => other <= number - kept)) await removeIfThere(fileOf(folder, old));
  return true;
}

/** Writes a file that is not there yet, whole and durably; false when it is there. */
export async function writeOnce(folder: string, name: string, text: string): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.draft-${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, join(folder, name));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The names in a folder; none where there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function claim(folder: string, number: number, note: string): Promise<boolean> {
  return writeOnce(folder, nameOf(number), note);
}

async function numbersIn(folder: string): Promise<readonly number[]> {
  return (await namesIn(folder)).flatMap((name) => form.exec(name)?.[1] ?? []).map(Number);
}

function nameOf(number: number): string {
  return `${String(number).padStart(12, '0')}.note`;
}

function fileOf(folder: string, number: number): string {
  return join(folder, nameOf(number));
}

export async function removeIfThere(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    // Another process removed it first.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
