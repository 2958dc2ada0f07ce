import { z } from 'zod';
import { type Frontier, hashOfRange, type LeafRange, type NodeId, nodesOf } from '../../core/ledger/merkle.ts';
import { edgeOf, growTiles, type Tile, type TileId, tileOf } from '../../core/ledger/tile.ts';
import { type Queryable, query } from '../pool.ts';
import { recall, remember } from './tile-memory.ts';

const sizeStatement = {
  name: 'ledger-tree-size',
  text: 'SELECT coalesce(max(index) + 1, 0) AS size FROM ledger_tree',
};

const tilesStatement = {
  name: 'ledger-tiles',
  text: `
    SELECT t.level, t.index, t.hashes FROM unnest($1::smallint[], $2::bigint[]) AS asked (level, index)
      JOIN ledger_tile t ON t.level = asked.level AND t.index = asked.index`,
};

/** Tiles that are there; without their bytes where these have the digest that is known. */
const changedStatement = {
  name: 'ledger-tiles-changed',
  text: `
    SELECT t.level, t.index, CASE WHEN sha256(t.hashes) = asked.known THEN NULL ELSE t.hashes END AS hashes
      FROM unnest($1::smallint[], $2::bigint[], $3::bytea[]) AS asked (level, index, known)
      JOIN ledger_tile t ON t.level = asked.level AND t.index = asked.index`,
};

const appendStatement = {
  name: 'ledger-append',
  text: `
    WITH leaves AS (
      INSERT INTO ledger_tree (index, entry_id) SELECT * FROM unnest($1::bigint[], $2::uuid[])
    ), tiles AS (
      INSERT INTO ledger_tile (level, index, hashes)
      SELECT * FROM unnest($3::smallint[], $4::bigint[], $5::bytea[])
      ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes
    ), gone AS (
      DELETE FROM ledger_pending WHERE entry_id = ANY ($2::uuid[]) RETURNING 1
    )
    SELECT count(*) AS moved FROM gone`,
};

const sizeRow = z.strictObject({ size: z.coerce.number() });
const movedRow = z.strictObject({ moved: z.coerce.number() });
const tileRow = z.strictObject({ level: z.int(), index: z.coerce.number(), hashes: z.instanceof(Buffer) });
const changedRow = z.strictObject({ ...tileRow.shape, hashes: z.instanceof(Buffer).nullable() });

export interface QueuedLeaf {
  readonly entry: string;
  readonly hash: Buffer;
}

export async function treeSize(on: Queryable): Promise<number> {
  const [row] = await query(on, sizeStatement, []);
  return sizeRow.parse(row).size;
}

/** Hashes of ranges of leaves, in order. Throws RangeError when a node that they need is not there. */
export async function hashesOf(on: Queryable, ranges: readonly LeafRange[]): Promise<readonly Buffer[]> {
  const stored = await readNodes(on, ranges.flatMap(nodesOf));
  return ranges.map((range) => hashOfRange(range, stored));
}

/** What the tree needs to grow. Throws RangeError when the stored tree has a hole. */
export async function frontierOf(on: Queryable, size: number): Promise<Frontier> {
  const nodes = nodesOf({ start: 0, end: size });
  const stored = await readNodes(on, nodes);
  return { size, hashes: nodes.map(stored) };
}

/** Tiles with these places that are there, in no order. */
async function readTiles(on: Queryable, places: readonly TileId[]): Promise<readonly Tile[]> {
  if (places.length === 0) return [];
  const rows = await query(on, tilesStatement, [places.map(({ level }) => level), places.map(({ index }) => index)]);
  return rows.map((row) => tileRow.parse(row));
}

/** What appending queued leaves changes, calculated before anything is locked. */
export interface TreeGrowth {
  readonly size: number;
  readonly queued: readonly QueuedLeaf[];
  readonly tiles: readonly Tile[];
}

/** Throws RangeError when the stored tree is not of this size. */
export async function treeGrowth(on: Queryable, size: number, queued: readonly QueuedLeaf[]): Promise<TreeGrowth> {
  const hashes = queued.map(({ hash }) => hash);
  return { size, queued, tiles: growTiles(size, await readTiles(on, edgeOf(size)), hashes) };
}

/** Moves queued leaves into the tree, in one statement of the caller's transaction. */
export async function appendQueued(on: Queryable, { size, queued, tiles }: TreeGrowth): Promise<void> {
  const [row] = await query(on, appendStatement, [
    queued.map((_, offset) => size + offset),
    queued.map(({ entry }) => entry),
    tiles.map(({ level }) => level),
    tiles.map(({ index }) => index),
    tiles.map(({ hashes }) => hashes),
  ]);
  if (movedRow.parse(row).moved !== queued.length) {
    throw new RangeError('a queued entry left the queue without its place in the tree');
  }
}

/**
 * Reads the tiles of these nodes, each once, and calculates nodes out of them as they are asked for. A tile
 * that was read before comes only if it is another now: a proof in a tree of ten million needs six or seven.
 */
async function readNodes(on: Queryable, nodes: readonly NodeId[]): Promise<(node: NodeId) => Buffer> {
  const places = [...new Map(nodes.map(tileOf).map((place) => [keyOf(place), place])).values()];
  const known = new Map(places.map((place) => [keyOf(place), recall(place)]));
  const rows =
    places.length === 0
      ? []
      : await query(on, changedStatement, [
          places.map(({ level }) => level),
          places.map(({ index }) => index),
          places.map((place) => known.get(keyOf(place))?.digest ?? null),
        ]);
  const there = new Map(
    rows.map((row) => {
      const { level, index, hashes } = changedRow.parse(row);
      const tile = hashes === null ? known.get(keyOf({ level, index })) : remember({ level, index, hashes });
      return [keyOf({ level, index }), tile?.nodes];
    }),
  );
  return (node) => {
    const hashOf = there.get(keyOf(tileOf(node)));
    if (hashOf === undefined) throw new RangeError(`the stored tree has no node ${node.level}/${node.index}`);
    return hashOf(node);
  };
}

function keyOf({ level, index }: TileId): string {
  return `${level}/${index}`;
}
