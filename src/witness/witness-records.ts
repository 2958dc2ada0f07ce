import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../core/ledger/checkpoint.ts';
import { readNote } from '../core/ledger/note.ts';
import { namesIn, recall } from './witness-state.ts';

/** What a witness has on one log. */
export interface WitnessRecord {
  /** null: its last note cannot be read. */
  readonly origin: string | null;
  readonly size: number | null;
  /** Base64. */
  readonly root: string | null;
  /** When its folder last changed. */
  readonly changed: Date;
  /** Files with both notes of what may be a fork. */
  readonly evidence: readonly string[];
  readonly folder: string;
}

/** Everything that a witness remembers, by its folder. */
export async function witnessRecords(state: string): Promise<readonly WitnessRecord[]> {
  const folders = [...(await namesIn(join(state, 'logs')))].sort();
  return Promise.all(folders.map((name) => recordIn(join(state, 'logs', name))));
}

async function recordIn(folder: string): Promise<WitnessRecord> {
  const { note } = await recall(folder);
  const tree = note === null ? null : readCheckpoint(readNote(note)?.text ?? '');
  const { mtime } = await stat(folder);
  const evidence = (await readdir(folder)).includes('evidence') ? await namesIn(join(folder, 'evidence')) : [];
  return {
    origin: tree?.origin ?? null,
    size: tree?.size ?? null,
    root: tree?.root.toString('base64') ?? null,
    changed: mtime,
    evidence: evidence.filter((name) => name.endsWith('.txt')).map((name) => join(folder, 'evidence', name)),
    folder,
  };
}
