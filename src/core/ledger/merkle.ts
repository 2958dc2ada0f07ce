import { foldRight, nodeHash } from './tree-hash.ts';

/**
 * RFC 6962 Merkle trees, stored as their complete subtrees: a node (level, index) covers the leaves
 * from index × 2^level up to (index + 1) × 2^level and never changes once it is complete. Every root and
 * proof is a handful of ranges of leaves, and every range a handful of nodes. Sizes are JavaScript
 * numbers, so arithmetic, not 32-bit operators.
 */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

export interface TreeNode extends NodeId {
  readonly hash: Buffer;
}

/** Leaves from `start` up to, not including, `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** What a tree must keep to grow: its size and the roots of its complete subtrees, largest first. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Buffer[];
}

export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/** Complete subtrees that make up a range of an RFC 6962 tree, largest first. */
export function nodesOf(range: LeafRange): readonly NodeId[] {
  const nodes: NodeId[] = [];
  let start = range.start;
  while (start < range.end) {
    let level = 0;
    let width = 1;
    while (start % (width * 2) === 0 && start + width * 2 <= range.end) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, index: start / width });
    start += width;
  }
  return nodes;
}

export function hashOfRange(range: LeafRange, hashOf: (node: NodeId) => Buffer): Buffer {
  return foldRight(nodesOf(range).map(hashOf));
}

/** Ranges whose hashes are the inclusion path of one leaf, from the leaf up. */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  if (index < 0 || index >= size) throw new RangeError('no such leaf in a tree of this size');
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** Ranges whose hashes prove that the tree of `older` leaves is the beginning of the one of `newer`. */
export function consistencyRanges(older: number, newer: number): readonly LeafRange[] {
  if (older < 1 || older > newer) throw new RangeError('consistency is proved from a size of at least 1');
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = newer;
  let wasWhole = true;
  while (end !== older) {
    const middle = start + split(end - start);
    if (older <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
      wasWhole = false;
    }
  }
  // The older root itself is known to whoever checks, unless it is only a part of what is left.
  if (!wasWhole) ranges.push({ start, end });
  return ranges.reverse();
}

/** Adds leaves. `nodes` are the subtrees that became complete, from level 1 up; leaves themselves are level 0. */
export function append(
  frontier: Frontier,
  leaves: readonly Buffer[],
): { readonly frontier: Frontier; readonly nodes: readonly TreeNode[] } {
  const stack = [...frontier.hashes];
  const nodes: TreeNode[] = [];
  let size = frontier.size;
  for (const leaf of leaves) {
    let hash = leaf;
    let index = size;
    for (let level = 1; index % 2 === 1; level++) {
      const left = stack.pop();
      if (left === undefined) throw new RangeError('the frontier does not fit its size');
      hash = nodeHash(left, hash);
      index = (index - 1) / 2;
      nodes.push({ level, index, hash });
    }
    stack.push(hash);
    size += 1;
  }
  return { frontier: { size, hashes: stack }, nodes };
}

export function rootOf(frontier: Frontier): Buffer {
  return foldRight(frontier.hashes);
}

/** A small tree in memory, such as one flush. */
export interface MemoryTree {
  readonly root: Buffer;
  inclusion(index: number): readonly Buffer[];
  consistency(older: number): readonly Buffer[];
}

export function treeOf(leaves: readonly Buffer[]): MemoryTree {
  const { frontier, nodes } = append(emptyFrontier, leaves);
  const complete = new Map(nodes.map((node) => [`${node.level}/${node.index}`, node.hash]));
  const hashOf = ({ level, index }: NodeId): Buffer => {
    const hash = level === 0 ? leaves[index] : complete.get(`${level}/${index}`);
    if (hash === undefined) throw new RangeError('no such node in this tree');
    return hash;
  };
  return {
    root: rootOf(frontier),
    inclusion: (index) => inclusionRanges(index, leaves.length).map((range) => hashOfRange(range, hashOf)),
    consistency: (older) => consistencyRanges(older, leaves.length).map((range) => hashOfRange(range, hashOf)),
  };
}

/** Largest power of two smaller than `size`: where RFC 6962 splits a tree. */
function split(size: number): number {
  let width = 1;
  while (width * 2 < size) width *= 2;
  return width;
}
