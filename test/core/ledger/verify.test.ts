import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NoteVerifier, signCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { openingsOf } from '../../../src/core/ledger/commitment.ts';
import type { EntryDraft } from '../../../src/core/ledger/entry.ts';
import { flushHeadHash, flushHeadText, noPreviousHead } from '../../../src/core/ledger/flush-head.ts';
import { requestOf, writeLeaf } from '../../../src/core/ledger/leaf.ts';
import type { EntryRow, FlushRow, TreeRow } from '../../../src/core/ledger/ledger-rows.ts';
import { treeOf } from '../../../src/core/ledger/merkle.ts';
import { type LedgerReport, verifyLedger } from '../../../src/core/ledger/verify.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { draft } from './drafts.ts';

const origin = 'sluis.test/ledger';
const ledgerSigner = newSigner();
const checkpointSigner = newSigner();
const checkpointKey: NoteVerifier = {
  name: origin,
  publicKey: checkpointSigner.publicKey,
  check: checkpointSigner.check,
};

/** A ledger as its rows, which a test may change before they are verified. */
interface Rows {
  flushes: { row: FlushRow; entries: EntryRow[] }[];
  tree: TreeRow[];
  pending: EntryRow[];
  notes: string[];
}

const instances = ['01920000-0000-7000-b000-000000000001', '01920000-0000-7000-b000-000000000002'];

function entryRow(each: EntryDraft, instance: string, sequence: number, flush: number): EntryRow {
  const { leaf, text, hash } = writeLeaf(each, { instance, sequence }, openingsOf(each, Buffer.alloc(48, sequence)));
  const { kind, time, purpose, source, recipient } = leaf;
  const copies = { kind, time, purpose, source, recipient, request: requestOf(leaf.body) };
  return { id: leaf.id, instance, sequence, flush, leaf: text, leafHash: hash, copies };
}

/** Two instances with flushes of the given sizes each; the last entry of the second still waits for the tree. */
function ledger(sizes: readonly number[] = [1, 3, 2], body: EntryDraft['body'] = {}): Rows {
  let id = 0;
  const flushes = instances.flatMap((instance) => {
    let first = 1;
    let previous = noPreviousHead;
    return sizes.map((count, index) => {
      const start = first;
      const number = index + 1;
      const entries = Array.from({ length: count }, (_, n) =>
        entryRow(draft(++id, { body }), instance, start + n, number),
      );
      const root = treeOf(entries.map(({ leafHash }) => leafHash)).root;
      const head = { instance, number, first, count, root, previous };
      first += count;
      previous = flushHeadHash(head);
      const signature = ledgerSigner.sign(flushHeadText(head));
      return { row: { ...head, head: previous, key: ledgerSigner.keyId, signature }, entries };
    });
  });
  const all = flushes.flatMap(({ entries }) => entries);
  const placed = all.slice(0, -1);
  const noteOf = (size: number) => {
    const root = treeOf(placed.slice(0, size).map(({ leafHash }) => leafHash)).root;
    return signCheckpoint({ origin, size, root }, checkpointKey, checkpointSigner.sign);
  };
  return {
    flushes,
    tree: placed.map(({ id: entry, leafHash }, index) => ({ index, entry, leafHash })),
    pending: all.slice(-1),
    notes: [noteOf(2), noteOf(placed.length)],
  };
}

function verify(rows: Rows): LedgerReport {
  const keys = new Map([[ledgerSigner.keyId, ledgerSigner.check]]);
  const verification = verifyLedger({ keys, origin, checkpointKey, notes: rows.notes });
  for (const { row, entries } of rows.flushes) verification.flush(row, entries);
  for (const row of rows.tree) verification.treeLeaf(row);
  for (const { id, leafHash } of rows.pending) verification.pending({ entry: id, leafHash });
  return verification.end();
}

function codes(change: (rows: Rows) => void): readonly string[] {
  const rows = ledger();
  change(rows);
  return verify(rows).problems.map(({ code }) => code);
}

function at<T>(items: readonly T[], index: number): T {
  const item = items.at(index);
  if (item === undefined) throw new Error('no such row');
  return item;
}

describe('a whole ledger', () => {
  test('has no problems, and is counted', () => {
    expect(verify(ledger())).toEqual({
      entries: 12,
      flushes: 6,
      instances: 2,
      treeSize: 11,
      pending: 1,
      checkpoints: 2,
      checkpointSize: 11,
      problemCount: 0,
      problems: [],
    });
    expect(verify({ flushes: [], tree: [], pending: [], notes: [] })).toMatchObject({ entries: 0, problemCount: 0 });
  });

  test.each<[string, string, (rows: Rows) => void]>([
    ['a flush is gone', 'flush-gap', (rows) => rows.flushes.splice(1, 1)],
    ['the last flush of an instance is gone', 'tree-entry', (rows) => rows.flushes.splice(2, 1)],
    ['an entry is gone', 'flush-count', (rows) => at(rows.flushes, 1).entries.splice(1, 1)],
    ['entries are swapped', 'sequence-gap', (rows) => at(rows.flushes, 1).entries.reverse()],
    [
      'flushes are swapped',
      'flush-chain',
      (rows) => rows.flushes.splice(0, 2, at(rows.flushes, 1), at(rows.flushes, 0)),
    ],
    ['a leaf of the tree is gone', 'tree-gap', (rows) => rows.tree.splice(3, 1)],
    ['the end of the tree is gone', 'checkpoint-root', (rows) => rows.tree.splice(9)],
    ['the tree has an entry twice', 'tree-entry', (rows) => rows.tree.push({ ...at(rows.tree, 0), index: 11 })],
    ['the tree has a stranger', 'tree-entry', (rows) => rows.tree.push({ ...at(rows.tree, 0), index: 11, entry: 'x' })],
    ['an entry is neither in the tree nor waiting', 'tree-missing', (rows) => rows.pending.pop()],
    ['a stranger waits', 'pending', (rows) => rows.pending.push({ ...at(rows.pending, 0), id: 'x' })],
    ['a note is damaged', 'checkpoint', (rows) => rows.notes.push(`${at(rows.notes, 0)} `)],
    [
      'two leaves are swapped in the tree',
      'tree-order',
      (rows) => {
        const [a, b] = [at(rows.tree, 4), at(rows.tree, 5)];
        rows.tree.splice(4, 2, { ...b, index: 4 }, { ...a, index: 5 });
      },
    ],
  ])('%s: found', (_, code, change) => {
    expect(codes(change)).toContain(code);
  });

  test('any flipped bit of any hash, signature or leaf is found', () => {
    const bytesOf = (rows: Rows): Buffer[] => [
      ...rows.flushes.flatMap(({ row }) => [row.root, row.previous, row.head, row.signature]),
      ...rows.flushes.flatMap(({ entries }) => entries.map(({ leafHash }) => leafHash)),
      ...rows.tree.map(({ leafHash }) => leafHash),
    ];
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 7 }), (which, where, bit) => {
        const rows = ledger();
        // Rows share buffers here that are columns of their own in a database.
        rows.tree = rows.tree.map((row) => ({ ...row, leafHash: Buffer.from(row.leafHash) }));
        for (const flush of rows.flushes) {
          const { root, previous, head, signature } = flush.row;
          const own = { root: Buffer.from(root), previous: Buffer.from(previous), head: Buffer.from(head) };
          flush.row = { ...flush.row, ...own, signature: Buffer.from(signature) };
        }
        const all = bytesOf(rows);
        const bytes = at(all, which % all.length);
        const place = where % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        expect(verify(rows).problemCount).toBeGreaterThan(0);
      }),
    );
  });

  test('a history that was rewritten and signed again with the same keys is found by an older note', () => {
    const honest = ledger();
    const rewritten = ledger([1, 3, 2], { fields: [] });
    expect(verify(rewritten).problemCount).toBe(0);
    const report = verify({ ...rewritten, notes: [...rewritten.notes, ...honest.notes] });
    expect(new Set(report.problems.map(({ code }) => code))).toEqual(new Set(['checkpoint-root']));
  });

  test('keeps a hundred problems and counts them all', () => {
    const rows = ledger(Array.from({ length: 70 }, () => 2));
    for (const { row } of rows.flushes) row.signature.fill(0);
    const report = verify(rows);
    expect(report.problems).toHaveLength(100);
    expect(report.problemCount).toBe(140);
  });
});
