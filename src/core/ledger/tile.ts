import type { NodeId } from './merkle.ts';
import { writeNodeHash } from './tree-hash.ts';

/**
 * C2SP tlog-tiles: the hashes of a tree in tiles of up to 256. Tile (level, index) holds, side by side, the
 * roots of the complete subtrees of 256^level leaves with the numbers from index × 256 on; level 0 holds the
 * leaves' own hashes. Every other node is calculated out of one tile. A tile only ever grows at its end, and
 * a full one never changes.
 */
export interface TileId {
  readonly level: number;
  readonly index: number;
}

export interface Tile extends TileId {
  /** 32 bytes for each of 1 to 256 hashes. */
  readonly hashes: Buffer;
}

/** A tile as far as a tree of some size has it. */
export interface TilePart extends TileId {
  /** Hashes in it, from 1 to 256. */
  readonly width: number;
}

export const fullWidth = 256;
export const hashLength = 32;
/** Levels of the tree that one tile spans. */
const height = 8;

/** Tile in which a node stands, or out of whose hashes it is calculated. */
export function tileOf(node: NodeId): TileId {
  return { level: Math.floor(node.level / height), index: Math.floor(firstHash(node) / fullWidth) };
}

/** Hash of one node out of its tile. Throws RangeError when the tile is too narrow to have it. */
export function hashOfNode(node: NodeId, hashes: Buffer): Buffer {
  const count = hashCount(node);
  const from = (node.index * count) % fullWidth;
  if (hashes.length < (from + count) * hashLength)
    throw new RangeError(`the tile lacks node ${node.level}/${node.index}`);
  return rootOfRow(hashes.subarray(from * hashLength, (from + count) * hashLength));
}

/**
 * Hashes of many nodes out of their tile, each level within it calculated once, when it is asked for. Throws
 * RangeError for a node that the tile is too narrow to have.
 */
export function nodesIn(hashes: Buffer): (node: NodeId) => Buffer {
  const rows = [hashes];
  return (node) => {
    const row = node.level % height;
    const place = node.index % (fullWidth / hashCount(node));
    while (rows.length <= row) rows.push(rowAbove(rows.at(-1) ?? hashes));
    const hash = rows[row]?.subarray(place * hashLength, (place + 1) * hashLength);
    if (hash?.length !== hashLength) throw new RangeError(`the tile lacks node ${node.level}/${node.index}`);
    return hash;
  };
}

/**
 * What appending leaves does to the tiles: those that are new or wider, whole. `edge` are the tiles of the
 * tree of `size` leaves that are not full, at most one a level; throws RangeError when they do not fit it.
 */
export function growTiles(size: number, edge: readonly Tile[], leaves: readonly Buffer[]): readonly Tile[] {
  const grown: Tile[] = [];
  let added = leaves;
  for (let level = 0, before = size; added.length > 0; level++, before = Math.floor(before / fullWidth)) {
    const width = before % fullWidth;
    const open = edge.find((tile) => tile.level === level);
    if ((open?.hashes.length ?? 0) !== width * hashLength) throw new RangeError(`tile ${level} does not fit the tree`);
    const tiles = cut({ level, index: Math.floor(before / fullWidth) }, [
      ...(open === undefined ? [] : [open.hashes]),
      ...added,
    ]);
    grown.push(...tiles);
    added = tiles.filter(isFull).map(({ hashes }) => rootOfRow(hashes));
  }
  return grown;
}

/** Tiles of a tree of this size that are not full: at most one for each level. */
export function edgeOf(size: number): readonly TilePart[] {
  const parts: TilePart[] = [];
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / fullWidth)) {
    const width = count % fullWidth;
    if (width > 0) parts.push({ level, index: Math.floor(count / fullWidth), width });
  }
  return parts;
}

/** Hashes that a tree of this size has in a tile, from 0 to 256. */
export function widthIn(size: number, { level, index }: TileId): number {
  const count = Math.floor(size / fullWidth ** level) - index * fullWidth;
  return Math.max(0, Math.min(fullWidth, count));
}

function isFull({ hashes }: Tile): boolean {
  return hashes.length === fullWidth * hashLength;
}

/** Hashes of its tile that a node covers. */
function hashCount({ level }: NodeId): number {
  return 2 ** (level % height);
}

/** Number of the first of them, among all of their level. */
function firstHash(node: NodeId): number {
  return node.index * hashCount(node);
}

/** Nodes over pairs of hashes; one that is left over has none yet. */
function rowAbove(hashes: Buffer): Buffer {
  const above = Buffer.alloc(Math.floor(hashes.length / (2 * hashLength)) * hashLength);
  for (let at = 0; at < above.length; at += hashLength) {
    writeNodeHash(hashes, 2 * at, above, at);
  }
  return above;
}

/** Root over a power of two of hashes that stand side by side. */
function rootOfRow(hashes: Buffer): Buffer {
  let row = hashes;
  while (row.length > hashLength) row = rowAbove(row);
  return row;
}

function cut({ level, index }: TileId, pieces: readonly Buffer[]): readonly Tile[] {
  const all = Buffer.concat(pieces);
  const bytes = fullWidth * hashLength;
  return Array.from({ length: Math.ceil(all.length / bytes) }, (_, n) => ({
    level,
    index: index + n,
    hashes: all.subarray(n * bytes, (n + 1) * bytes),
  }));
}
