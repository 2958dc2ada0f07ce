import { type Checkpoint, type NoteVerifier, openCheckpoint } from '../checkpoint.ts';
import { toBase64Url } from '../encoding.ts';
import type { CheckpointRow } from '../ledger-rows.ts';
import type { Findings, ProblemCode } from './findings.ts';

export interface PublishedNote {
  /** How whoever gave it calls it: the name of a file. */
  readonly where: string;
  readonly note: string;
  /** What it is when it is no root of this tree. Default: `checkpoint-root`. */
  readonly code?: ProblemCode;
}

/** Notes against the roots that the tree passes through. */
export interface Checkpoints {
  /** Smallest size that is still due; Infinity when there is none. */
  next(): number;
  /** The tree has the size that was due. */
  compare(root: Buffer): void;
  /** Largest good size; null without one. */
  readonly largest: number | null;
  /** The good ones. */
  readonly good: readonly Checkpoint[];
  end(): void;
}

interface Due extends Checkpoint {
  readonly where: string;
  readonly code: ProblemCode;
}

export interface NoteTrust {
  readonly origin: string;
  readonly checkpointKeys: readonly NoteVerifier[];
  /** Published before, and kept by whoever verifies. */
  readonly notes: readonly PublishedNote[];
}

export function checkpoints(
  rows: readonly CheckpointRow[],
  since: number,
  { origin, checkpointKeys, notes }: NoteTrust,
  findings: Findings,
): Checkpoints {
  const open = (note: string, where: string, code: ProblemCode = 'checkpoint-root'): readonly Due[] => {
    const checkpoint = openCheckpoint(note, origin, ...checkpointKeys);
    findings.checked.checkpoints += 1;
    if (checkpoint === null) findings.problem('checkpoint', where);
    return checkpoint === null ? [] : [{ ...checkpoint, where, code }];
  };
  const stored = rows.flatMap((row) => {
    const where = row.stored === null ? 'checkpoint outside the database' : `checkpoint/${row.stored.size}`;
    const opened = open(row.note, where);
    if (opened.some((checkpoint) => !isBeside(row, checkpoint))) findings.problem('checkpoint', where);
    return opened;
  });
  const all = [...stored, ...notes.flatMap(({ note, where, code }) => open(note, where, code))];
  const due = all.filter(({ size }) => size >= since).sort((a, b) => a.size - b.size);
  if (due.length < all.length) {
    findings.notChecked('roots of checkpoints before the beginning', 'the entries that they cover were not read');
  }
  // Nothing else binds the tiles of what is not read.
  if (since > 0 && due.length === 0) findings.problem('checkpoint-root', `tree/${since}`);
  let next = 0;
  return {
    next: () => due[next]?.size ?? Number.POSITIVE_INFINITY,
    compare(root) {
      const size = due[next]?.size;
      for (; due[next]?.size === size; next++) {
        const checkpoint = due[next];
        if (checkpoint?.root.equals(root) === false) findings.problem(checkpoint.code, checkpoint.where);
      }
    },
    largest: all.reduce<number | null>((largest, { size }) => Math.max(largest ?? 0, size), null),
    good: all,
    /** A checkpoint of a size that the tree does not have speaks of entries that are gone. */
    end() {
      for (const { code, where } of due.slice(next)) findings.problem(code, where);
      next = due.length;
    },
  };
}

function isBeside({ stored }: CheckpointRow, { size, root }: Checkpoint): boolean {
  return stored === null || (stored.size === size && toBase64Url(stored.root) === toBase64Url(root));
}

/** The copy of the newest checkpoint that stands apart, for people, is one of those that were checked. */
export function checkNewest(copy: string | null, rows: readonly CheckpointRow[], findings: Findings): void {
  const largest = Math.max(...rows.map(({ note }) => sizeIn(note)));
  const newest = rows.filter(({ note }) => sizeIn(note) === largest);
  const isNewest = copy === null ? newest.length === 0 : newest.some(({ note }) => note === copy);
  if (!isNewest) findings.problem('checkpoint', 'checkpoint');
}

/** As its second line says, whatever the note is worth. */
function sizeIn(note: string): number {
  const size = Number(note.split('\n')[1]);
  return Number.isSafeInteger(size) ? size : -1;
}
