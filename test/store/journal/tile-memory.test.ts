import { afterEach, beforeEach, expect, test } from 'vitest';
import { inclusionRanges, treeOf } from '../../../src/core/ledger/merkle.ts';
import { growTiles } from '../../../src/core/ledger/tile.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import { hashesOf } from '../../../src/store/journal/stored-tree.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

const leaves = Array.from({ length: 1000 }, (_, index) => leafHash(`leaf ${index}`));

async function store(hashes: readonly Buffer[]): Promise<void> {
  const owner = await database.pools.owner.connect();
  await owner.query('SET session_replication_role = replica');
  await owner.query('DELETE FROM ledger_tile');
  for (const { level, index, hashes: bytes } of growTiles(0, [], hashes)) {
    await owner.query('INSERT INTO ledger_tile VALUES ($1, $2, $3)', [level, index, bytes]);
  }
  owner.release(true);
}

const pathOf = (index: number) => hashesOf(database.pools.serve, inclusionRanges(index, 1000));

test('what was read before is used again only for as long as the database has the same', async () => {
  await store(leaves);
  const honest = treeOf(leaves).inclusion(5);
  expect(await pathOf(5)).toEqual(honest);
  expect(await pathOf(5)).toEqual(honest);
  const other = leaves.with(700, leafHash('rewritten')).with(6, leafHash('rewritten too'));
  await store(other);
  expect(await pathOf(5)).toEqual(treeOf(other).inclusion(5));
  expect(await pathOf(5)).not.toEqual(honest);
  await store(leaves.slice(0, 600));
  await expect(pathOf(5)).rejects.toThrow(RangeError);
});
