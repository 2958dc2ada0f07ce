import { z } from 'zod';
import { append, type Frontier, hashOfRange, type LeafRange, type NodeId, nodesOf } from '../../core/ledger/merkle.ts';
import { type Queryable, query } from '../pool.ts';

const sizeStatement = {
  name: 'ledger-tree-size',
  text: 'SELECT coalesce(max(index) + 1, 0) AS size FROM ledger_tree',
};

/** Complete subtrees; the leaves themselves stand in `ledger_tree`. */
const nodesStatement = {
  name: 'ledger-nodes',
  text: `
    SELECT n.level, n.index, n.hash FROM unnest($1::integer[], $2::bigint[]) AS asked (level, index)
      JOIN ledger_node n ON n.level = asked.level AND n.index = asked.index
    UNION ALL
    SELECT 0, t.index, t.leaf_hash FROM unnest($1::integer[], $2::bigint[]) AS asked (level, index)
      JOIN ledger_tree t ON asked.level = 0 AND t.index = asked.index`,
};

const appendStatement = {
  name: 'ledger-append',
  text: `
    WITH leaves AS (
      INSERT INTO ledger_tree (index, entry_id, leaf_hash)
      SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[])
    ), nodes AS (
      INSERT INTO ledger_node (level, index, hash)
      SELECT * FROM unnest($4::integer[], $5::bigint[], $6::bytea[])
    )
    DELETE FROM ledger_pending WHERE entry_id = ANY ($2::uuid[]) RETURNING 1`,
};

const sizeRow = z.strictObject({ size: z.coerce.number() });
const nodeRow = z.strictObject({ level: z.int(), index: z.coerce.number(), hash: z.instanceof(Buffer) });

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

/** Moves queued leaves into the tree, in one statement of the caller's transaction. */
export async function appendQueued(on: Queryable, frontier: Frontier, queued: readonly QueuedLeaf[]): Promise<void> {
  const hashes = queued.map(({ hash }) => hash);
  const { nodes } = append(frontier, hashes);
  const moved = await query(on, appendStatement, [
    queued.map((_, offset) => frontier.size + offset),
    queued.map(({ entry }) => entry),
    hashes,
    nodes.map(({ level }) => level),
    nodes.map(({ index }) => index),
    nodes.map(({ hash }) => hash),
  ]);
  if (moved.length !== queued.length)
    throw new RangeError('a queued entry left the queue without its place in the tree');
}

async function readNodes(on: Queryable, nodes: readonly NodeId[]): Promise<(node: NodeId) => Buffer> {
  const rows =
    nodes.length === 0
      ? []
      : await query(on, nodesStatement, [nodes.map(({ level }) => level), nodes.map(({ index }) => index)]);
  const hashes = new Map(
    rows.map((row) => {
      const { level, index, hash } = nodeRow.parse(row);
      return [`${level}/${index}`, hash];
    }),
  );
  return ({ level, index }) => {
    const hash = hashes.get(`${level}/${index}`);
    if (hash === undefined) throw new RangeError(`the stored tree has no node ${level}/${index}`);
    return hash;
  };
}
