import type pg from 'pg';
import { z } from 'zod';
import { consistencyRanges } from '../../core/ledger/merkle.ts';
import { fullWidth, hashLength, type TilePart, widthIn } from '../../core/ledger/tile.ts';
import { query } from '../pool.ts';
import { latestCheckpoint } from './proof.ts';
import { hashesOf } from './stored-tree.ts';

const tileStatement = {
  name: 'published-tile',
  text: 'SELECT substring(hashes FOR $3) AS hashes FROM ledger_tile WHERE level = $1 AND index = $2',
};

const bundleStatement = {
  name: 'published-bundle',
  text: `SELECT e.leaf FROM ledger_tree t JOIN ledger_entry e ON e.id = t.entry_id
    WHERE t.index >= $1 AND t.index < $2 ORDER BY t.index`,
};

const tileRow = z.strictObject({ hashes: z.instanceof(Buffer) });
const leafRow = z.strictObject({ leaf: z.string().nullable() });

/** Of the tree as far as the last checkpoint covers it: what is behind it is nobody's yet. */
export interface PublishedTree {
  /** Hashes of a tile; null where the published tree does not have as many. */
  tile(part: TilePart): Promise<Buffer | null>;
  /** Hashes that prove that the tree of the one size begins that of the other; null beyond the published tree. */
  consistency(older: number, newer: number): Promise<readonly Buffer[] | null>;
  /** Leaf texts from `index` × 256 on; null where the published tree has fewer, or one has lost its text. */
  bundle(part: Omit<TilePart, 'level'>): Promise<readonly string[] | null>;
}

/** Every member throws `Fault('database-unavailable')`. */
export function publishedTree(pool: pg.Pool): PublishedTree {
  const sizeNow = async () => (await latestCheckpoint(pool))?.size ?? 0;
  return {
    async tile({ level, index, width }) {
      if (widthIn(await sizeNow(), { level, index }) < width) return null;
      const [row] = await query(pool, tileStatement, [level, index, width * hashLength]);
      const hashes = row === undefined ? null : tileRow.parse(row).hashes;
      // A stored tree with a hole gives nothing that is shorter than it says.
      return hashes?.length === width * hashLength ? hashes : null;
    },
    async consistency(older, newer) {
      if (newer > (await sizeNow())) return null;
      return older === newer ? [] : hashesOf(pool, consistencyRanges(older, newer));
    },
    async bundle({ index, width }) {
      if (widthIn(await sizeNow(), { level: 0, index }) < width) return null;
      const start = index * fullWidth;
      const rows = await query(pool, bundleStatement, [start, start + width]);
      const leaves = rows.flatMap((row) => leafRow.parse(row).leaf ?? []);
      return leaves.length === width ? leaves : null;
    },
  };
}
