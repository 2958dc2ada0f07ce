import { type Checkpoint, type NoteVerifier, openCheckpoint } from './checkpoint.ts';
import type { FlushHead } from './flush-head.ts';
import type { EntryRow, FlushRow, LedgerProblem, Report, TreeRow } from './ledger-rows.ts';
import { append, emptyFrontier, type Frontier, rootOf, type TreeNode } from './merkle.ts';
import type { KeyRing } from './ports.ts';
import { checkEntry, checkFlush } from './verify-flush.ts';

export interface LedgerReport {
  readonly entries: number;
  readonly flushes: number;
  readonly instances: number;
  readonly treeSize: number;
  /** Entries that are durable and signed, and wait for their place in the tree. */
  readonly pending: number;
  readonly checkpoints: number;
  /** Size of the largest good checkpoint; null without one. */
  readonly checkpointSize: number | null;
  readonly problemCount: number;
  /** The first hundred. */
  readonly problems: readonly LedgerProblem[];
}

export interface LedgerVerification {
  /** Each flush with its entries in order of sequence; flushes in order of instance and number. */
  flush(row: FlushRow, entries: readonly EntryRow[]): void;
  /** After all flushes: leaves of the tree in order of index. Returns the subtrees that this leaf completes. */
  treeLeaf(row: TreeRow): readonly TreeNode[];
  /** Entries that wait for the tree; called after the tree. */
  pending(row: { readonly entry: string; readonly leafHash: Buffer }): void;
  /** What the reader saw wrong by itself, such as a stored node that differs. */
  problem(problem: LedgerProblem): void;
  end(): LedgerReport;
}

export interface LedgerTrust {
  readonly keys: KeyRing;
  readonly origin: string;
  readonly checkpointKey: NoteVerifier;
  /** Keys that signed checkpoints before it. */
  readonly formerCheckpointKeys?: readonly NoteVerifier[];
  /** Every note at hand, from the database and from outside it. */
  readonly notes: readonly string[];
}

const problemsKept = 100;

/**
 * Recomputes a whole ledger from rows that stream by: every leaf, hash, sequence, flush head and
 * signature; the tree as exactly those entries; every checkpoint as a root of that tree.
 */
export function verifyLedger(trust: LedgerTrust): LedgerVerification {
  const problems: LedgerProblem[] = [];
  const counts = { entries: 0, flushes: 0, instances: 0, pending: 0, problemCount: 0 };
  const report: Report = (problem) => {
    counts.problemCount += 1;
    if (problems.length < problemsKept) problems.push(problem);
  };
  const checkpoints = openAll(trust, report);
  const waiting = new Map<string, Waiting>();
  const tree = growTree(waiting, checkpoints, report);
  let last: FlushHead | null = null;

  return {
    problem: report,
    flush(row, entries) {
      if (last?.instance !== row.instance) {
        counts.instances += 1;
        last = null;
      }
      counts.flushes += 1;
      counts.entries += entries.length;
      checkFlush(row, entries, last, trust.keys, report);
      for (const entry of entries) {
        checkEntry(entry, report);
        waiting.set(entry.id, { hash: entry.leafHash, instance: row.instance, sequence: entry.sequence });
      }
      last = row;
    },
    treeLeaf: tree.leaf,
    pending(row) {
      counts.pending += 1;
      const entry = waiting.get(row.entry);
      if (entry?.hash.equals(row.leafHash) !== true) report({ code: 'pending', where: row.entry });
      waiting.delete(row.entry);
    },
    end() {
      for (const id of waiting.keys()) report({ code: 'tree-missing', where: id });
      tree.end();
      return {
        ...counts,
        treeSize: tree.size(),
        checkpoints: checkpoints.length,
        checkpointSize: checkpoints.reduce<number | null>((largest, { size }) => Math.max(largest ?? 0, size), null),
        problems,
      };
    },
  };
}

/** An entry that the tree has not shown yet. */
interface Waiting {
  readonly hash: Buffer;
  readonly instance: string;
  readonly sequence: number;
}

function growTree(waiting: Map<string, Waiting>, checkpoints: readonly Checkpoint[], report: Report) {
  const bySize = Map.groupBy(checkpoints, ({ size }) => size);
  const latestOf = new Map<string, number>();
  let frontier: Frontier = emptyFrontier;

  const compareRoots = (): void => {
    const due = bySize.get(frontier.size);
    if (due === undefined) return;
    const root = rootOf(frontier);
    for (const { size } of due.filter((checkpoint) => !checkpoint.root.equals(root))) {
      report({ code: 'checkpoint-root', where: `checkpoint/${size}` });
    }
    bySize.delete(frontier.size);
  };
  compareRoots();

  return {
    size: () => frontier.size,
    leaf(row: TreeRow): readonly TreeNode[] {
      const where = `tree/${row.index}`;
      if (row.index !== frontier.size) report({ code: 'tree-gap', where });
      const entry = waiting.get(row.entry);
      if (entry?.hash.equals(row.leafHash) !== true) report({ code: 'tree-entry', where });
      if (entry !== undefined) {
        waiting.delete(row.entry);
        if (entry.sequence !== (latestOf.get(entry.instance) ?? 0) + 1) report({ code: 'tree-order', where });
        latestOf.set(entry.instance, entry.sequence);
      }
      const grown = append(frontier, [row.leafHash]);
      frontier = grown.frontier;
      compareRoots();
      return grown.nodes;
    },
    /** A checkpoint of a size that the tree does not have speaks of entries that are gone. */
    end(): void {
      for (const size of bySize.keys()) report({ code: 'checkpoint-root', where: `checkpoint/${size}` });
    },
  };
}

function openAll(trust: LedgerTrust, report: Report): readonly Checkpoint[] {
  return trust.notes.flatMap((note, index) => {
    const checkpoint = openCheckpoint(note, trust.origin, trust.checkpointKey, ...(trust.formerCheckpointKeys ?? []));
    if (checkpoint === null) report({ code: 'checkpoint', where: `checkpoint #${index + 1}` });
    return checkpoint === null ? [] : [checkpoint];
  });
}
