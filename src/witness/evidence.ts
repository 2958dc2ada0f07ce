import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../core/ledger/checkpoint.ts';
import { readNote } from '../core/ledger/note.ts';
import { type AddCheckpoint, writeAddCheckpoint } from './add-checkpoint.ts';
import type { Refusal } from './judge-checkpoint.ts';
import { namesIn, removeIfThere, writeOnce } from './witness-state.ts';

/** So that nobody fills the disk; each kind has room of its own. */
const mostEvidence = 100;

/**
 * Keeps both notes of what may be a fork: with the log's signature on each, anybody can judge. Gives the file; null
 * where there is nothing to keep.
 *
 * Anybody can post a public checkpoint with a proof that proves nothing, so that no number of such posts may push out
 * what the log alone can make: the same tree again is no fork and leaves nothing, one signed note leaves one file
 * whatever is posted with it, and when `not-proved` is full its oldest goes. Two notes of one size are proof by
 * themselves: the first hundred stay for ever.
 */
export async function keepEvidence(
  folder: string,
  why: Refusal['why'],
  { asked, before }: { readonly asked: AddCheckpoint; readonly before: string | null },
): Promise<string | null> {
  if (why !== 'forked' && why !== 'not-proved') return null;
  const signed = readNote(asked.note)?.text ?? '';
  const name = `${why}-${createHash('sha256').update(signed).digest('hex').slice(0, 32)}.txt`;
  const names = (await namesIn(folder)).filter((other) => other.startsWith(`${why}-`));
  if (names.includes(name)) return join(folder, name);
  if (names.length >= mostEvidence) {
    if (why === 'forked') return null;
    await dropOldest(folder, names, names.length - mostEvidence + 1);
  }
  const request = writeAddCheckpoint(asked);
  const text = ['cosigned before:', '', before ?? '', `asked and refused (${why}):`, '', request].join('\n');
  await writeOnce(folder, name, text);
  return join(folder, name);
}

/** Whether two notes say one tree: whatever is wrong with a proof between them, they are no fork. */
export function isSameTree(note: string, other: string | null): boolean {
  const [one, two] = [note, other ?? ''].map((each) => readCheckpoint(readNote(each)?.text ?? ''));
  return one != null && two != null && one.size === two.size && one.root.equals(two.root);
}

async function dropOldest(folder: string, names: readonly string[], count: number): Promise<void> {
  const aged = await Promise.all(
    names.map(async (name) => ({ file: join(folder, name), at: await writtenAt(join(folder, name)) })),
  );
  const oldest = aged.toSorted((a, b) => a.at - b.at).slice(0, count);
  for (const { file } of oldest) await removeIfThere(file);
}

/** Before all others where another process took it away meanwhile. */
async function writtenAt(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return found?.mtimeMs ?? 0;
}
