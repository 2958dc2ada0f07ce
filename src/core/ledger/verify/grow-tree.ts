import { hash } from 'node:crypto';
import { nodesOf } from '../merkle.ts';
import { fullWidth, hashLength, nodesIn, type Tile, type TileId, tileOf, widthIn } from '../tile.ts';
import { foldRight } from '../tree-hash.ts';

/** Tiles as they are stored: the hashes of one to this width, or null. */
export type StoredTile = (id: TileId, width: number) => Promise<Buffer | null>;

/** A tree that grows leaf by leaf, in a memory that does not: its right edge, and the tiles that fill up on the way. */
export interface GrowingTree {
  size(): number;
  root(): Buffer;
  /** The leaf hash, 32 bytes, stands in `from` at `start`. */
  append(from: Buffer, start: number): void;
  /** Tiles that became full since they were last taken. */
  takeFull(): readonly Tile[];
  /** The tiles at the right edge, none of them full. */
  edge(): readonly Tile[];
}

const tileBytes = fullWidth * hashLength;
const mostLevels = 64;
/** Prefix and two hashes: written over for each node, in the one thread that there is. */
const nodeInput = Buffer.alloc(1 + 2 * hashLength, 1);

/** The empty tree, or one of which the tiles to its left are stored. Throws RangeError when they do not make it up. */
export async function growTree(size: number, total: number, stored: StoredTile): Promise<GrowingTree> {
  const rows: Buffer[] = [];
  const widths: number[] = [];
  const places = new Map<string, Buffer>();
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / fullWidth)) {
    const id = { level, index: Math.floor(count / fullWidth) };
    const width = count % fullWidth;
    const hashes = width === 0 ? Buffer.alloc(0) : await stored(id, widthIn(total, id));
    if (hashes === null || hashes.length < width * hashLength)
      throw new RangeError(`tile ${level}/${id.index} is absent`);
    places.set(`${level}/${id.index}`, hashes);
    rows[level] = Buffer.alloc(tileBytes);
    hashes.copy(rows[level] as Buffer, 0, 0, width * hashLength);
    widths[level] = width;
  }
  const complete = nodesOf({ start: 0, end: size }).map((node) => {
    const { level, index } = tileOf(node);
    return nodesIn(places.get(`${level}/${index}`) ?? Buffer.alloc(0))(node);
  });
  return treeAt(size, complete, rows, widths);
}

function treeAt(start: number, complete: readonly Buffer[], rows: Buffer[], widths: number[]): GrowingTree {
  // Complete subtrees side by side, largest first.
  const stack = Buffer.alloc(mostLevels * hashLength);
  complete.forEach((each, index) => void each.copy(stack, index * hashLength));
  const numbers: number[] = widths.map((_, level) => Math.floor(start / fullWidth ** (level + 1)));
  let top = complete.length;
  let size = start;
  let full: Tile[] = [];

  const put = (level: number, from: Buffer, at: number): void => {
    const row = rows[level] ?? Buffer.alloc(tileBytes);
    rows[level] = row;
    const width = widths[level] ?? 0;
    from.copy(row, width * hashLength, at, at + hashLength);
    widths[level] = width + 1;
    if (width + 1 < fullWidth) return;
    full.push({ level, index: numbers[level] ?? 0, hashes: Buffer.from(row) });
    numbers[level] = (numbers[level] ?? 0) + 1;
    widths[level] = 0;
  };
  return {
    size: () => size,
    root: () => foldRight(Array.from({ length: top }, (_, n) => stack.subarray(n * hashLength, (n + 1) * hashLength))),
    append(from, at) {
      from.copy(stack, top * hashLength, at, at + hashLength);
      put(0, from, at);
      top += 1;
      size += 1;
      for (let rest = size, merged = 1; rest % 2 === 0; rest /= 2, merged++) {
        top -= 1;
        const left = (top - 1) * hashLength;
        for (let at = 0; at < 2 * hashLength; at++) nodeInput[1 + at] = stack[left + at] as number;
        // As text and back: a third of the time of a buffer that is made for it.
        stack.write(hash('sha256', nodeInput, 'binary'), left, hashLength, 'binary');
        if (merged % 8 === 0) put(merged / 8, stack, left);
      }
    },
    takeFull() {
      const taken = full;
      full = [];
      return taken;
    },
    edge: () =>
      rows.flatMap((row, level) => {
        const width = widths[level] ?? 0;
        return width === 0 ? [] : [{ level, index: numbers[level] ?? 0, hashes: row.subarray(0, width * hashLength) }];
      }),
  };
}

/** Root over hashes that stand side by side in a buffer, which is written over. RFC 6962: who has no neighbour goes up as it is. */
export function rootOfHashes(hashes: Buffer, count: number): Buffer {
  for (let nodes = count; nodes > 1; nodes = Math.ceil(nodes / 2)) {
    for (let pair = 0; pair + 1 < nodes; pair += 2) {
      const left = pair * hashLength;
      for (let at = 0; at < 2 * hashLength; at++) nodeInput[1 + at] = hashes[left + at] as number;
      hashes.write(hash('sha256', nodeInput, 'binary'), (pair / 2) * hashLength, hashLength, 'binary');
    }
    if (nodes % 2 === 1)
      hashes.copy(hashes, ((nodes - 1) / 2) * hashLength, (nodes - 1) * hashLength, nodes * hashLength);
  }
  return hashes.subarray(0, hashLength);
}
