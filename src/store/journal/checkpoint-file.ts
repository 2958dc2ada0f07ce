import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointStore } from '../../core/ledger/ports.ts';

const form = /^checkpoint-([0-9]{12})\.note$/;
/** Older notes are kept a while, so that whoever is reading one still finds it. */
const kept = 16;

/**
 * The last signed checkpoint as a file, for gateways that share one file system. Each successor is a new
 * file with the next number: `link` makes it whole or not at all and for one writer only, so no lock can
 * be left behind by a process that dies.
 */
export function checkpointFile(directory: string): CheckpointStore {
  return {
    read: async () => (await newest(directory)).note,
    async swap(expected, next) {
      const current = await newest(directory);
      if (current.note !== expected) return false;
      const number = current.number + 1;
      if (!(await claim(directory, number, next))) return false;
      // A writer that slept while others went on, and whose number was tidied away since, is too late.
      const numbers = await numbersIn(directory);
      if (numbers.some((other) => other > number)) {
        await unlink(fileOf(directory, number));
        return false;
      }
      await sync(directory);
      for (const old of numbers.filter((other) => other <= number - kept)) await removeIfThere(fileOf(directory, old));
      return true;
    },
  };
}

async function newest(directory: string): Promise<{ readonly number: number; readonly note: string | null }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const number = Math.max(0, ...(await numbersIn(directory)));
  if (number === 0) return { number, note: null };
  return { number, note: await readFile(fileOf(directory, number), 'utf8') };
}

async function numbersIn(directory: string): Promise<readonly number[]> {
  return (await readdir(directory)).flatMap((name) => form.exec(name)?.[1] ?? []).map(Number);
}

function fileOf(directory: string, number: number): string {
  return path.join(directory, `checkpoint-${String(number).padStart(12, '0')}.note`);
}

async function claim(directory: string, number: number, note: string): Promise<boolean> {
  const draft = path.join(directory, `.draft-${process.pid}-${performance.now()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(note);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, fileOf(directory, number));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function sync(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeIfThere(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    // Another gateway tidied it first.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
