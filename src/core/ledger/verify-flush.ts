import type { Leaf } from './entry.ts';
import { type FlushHead, flushHeadHash, flushHeadText, noPreviousHead } from './flush-head.ts';
import { readLeaf, requestOf } from './leaf.ts';
import type { EntryRow, FlushRow, Report } from './ledger-rows.ts';
import { treeOf } from './merkle.ts';
import type { KeyRing } from './ports.ts';
import { leafHash } from './tree-hash.ts';

/** One flush against its entries, the flush before it in its instance, and the keys. */
export function checkFlush(
  row: FlushRow,
  entries: readonly EntryRow[],
  previous: FlushHead | null,
  keys: KeyRing,
  report: Report,
): void {
  const where = `${row.instance}/${row.number}`;
  const expected = {
    number: (previous?.number ?? 0) + 1,
    first: previous === null ? 1 : previous.first + previous.count,
    previous: previous === null ? noPreviousHead : flushHeadHash(previous),
  };
  if (row.number !== expected.number) report({ code: 'flush-gap', where });
  if (row.first !== expected.first) report({ code: 'sequence-gap', where });
  if (!row.previous.equals(expected.previous)) report({ code: 'flush-chain', where });
  if (row.count !== entries.length) report({ code: 'flush-count', where });
  for (const [index, entry] of entries.entries()) {
    const isInPlace = entry.sequence === row.first + index && entry.flush === row.number;
    if (!isInPlace || entry.instance !== row.instance) report({ code: 'sequence-gap', where: entry.id });
  }
  // Recomputed from the leaf texts, not from the stored hashes.
  const root = treeOf(entries.map(({ leaf }) => leafHash(leaf))).root;
  if (!row.root.equals(root)) report({ code: 'flush-root', where });
  if (!row.head.equals(flushHeadHash(row))) report({ code: 'flush-head', where });
  const check = keys.get(row.key);
  if (check === undefined) report({ code: 'unknown-key', where });
  else if (!check(flushHeadText(row), row.signature)) report({ code: 'flush-signature', where });
}

/** One entry against its own leaf: form, hash, place and the copies that are stored to search by. */
export function checkEntry(row: EntryRow, report: Report): void {
  if (!row.leafHash.equals(leafHash(row.leaf))) report({ code: 'leaf-hash', where: row.id });
  const leaf = readLeaf(row.leaf);
  if (leaf === null) report({ code: 'leaf', where: row.id });
  else if (!isCopied(row, leaf)) report({ code: 'leaf-copy', where: row.id });
}

function isCopied(row: EntryRow, leaf: Leaf): boolean {
  const { copies } = row;
  return (
    row.id === leaf.id &&
    row.instance === leaf.instance &&
    row.sequence === leaf.sequence &&
    copies.kind === leaf.kind &&
    copies.time === leaf.time &&
    copies.purpose === leaf.purpose &&
    copies.source === leaf.source &&
    copies.recipient === leaf.recipient &&
    copies.request === requestOf(leaf.body)
  );
}
