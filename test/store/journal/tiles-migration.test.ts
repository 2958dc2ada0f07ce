import { Kysely, PostgresDialect } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { up } from '../../../migrations/0016-tiles.ts';
import { append, emptyFrontier, rootOf } from '../../../src/core/ledger/merkle.ts';
import { growTiles } from '../../../src/core/ledger/tile.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import { frontierOf, treeSize } from '../../../src/store/journal/stored-tree.ts';
import { openPool } from '../../../src/store/pool.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
  // The schema of before, for as far as the migration touches it.
  await database.pools.owner.query(`
    DROP TABLE ledger_tile;
    DROP FUNCTION ledger_tile_grows;
    DROP TABLE ledger_tree;
    CREATE TABLE ledger_tree (index bigint PRIMARY KEY, entry_id uuid NOT NULL UNIQUE, leaf_hash bytea NOT NULL);
    CREATE TABLE ledger_node (level integer NOT NULL, index bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (level, index))`);
});
afterEach(() => database.drop());

/** A tree as it stood before: a row for each leaf and each node above it. */
async function fill(leaves: readonly Buffer[]): Promise<Buffer> {
  const { frontier, nodes } = append(emptyFrontier, leaves);
  await database.pools.owner.query(
    'INSERT INTO ledger_tree SELECT n - 1, gen_random_uuid(), hash FROM unnest($1::bytea[]) WITH ORDINALITY AS leaf (hash, n)',
    [leaves],
  );
  await database.pools.owner.query(
    'INSERT INTO ledger_node SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bytea[])',
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)],
  );
  return rootOf(frontier);
}

async function migrate(): Promise<void> {
  // Kysely ends the pool that it is given: it gets one of its own.
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: openPool(database.urls.owner, { max: 1 }) }) });
  try {
    await db.transaction().execute(up);
  } finally {
    await db.destroy();
  }
}

describe('bringing an older ledger to tiles', () => {
  test('keeps every hash, so that the tree has the root that was signed', async () => {
    const leaves = Array.from({ length: 66_000 }, (_, index) => leafHash(`leaf ${index}`));
    const root = await fill(leaves);
    await migrate();
    const { owner } = database.pools;
    expect(await treeSize(owner)).toBe(66_000);
    expect(rootOf(await frontierOf(owner, 66_000))).toEqual(root);
    const stored = await owner.query('SELECT level, index, hashes FROM ledger_tile ORDER BY level, index');
    expect(stored.rows).toEqual(growTiles(0, [], leaves));
  });

  test('goes with an empty one', async () => {
    await migrate();
    expect(await treeSize(database.pools.owner)).toBe(0);
  });

  test.each(['DELETE FROM ledger_tree WHERE index = 100', 'DELETE FROM ledger_node WHERE level = 8 AND index = 1'])(
    'leaves a tree with holes alone: %s',
    async (damage) => {
      await fill(Array.from({ length: 600 }, (_, index) => leafHash(`leaf ${index}`)));
      await database.pools.owner.query(damage);
      await expect(migrate()).rejects.toThrow('has holes');
      const left = await database.pools.owner.query('SELECT count(*)::integer AS nodes FROM ledger_node');
      expect(left.rows[0]?.nodes).toBeGreaterThan(500);
    },
  );

  test('lets a tile grow at its end and change in no other way, also for the owner', async () => {
    await migrate();
    const { owner } = database.pools;
    await owner.query(`INSERT INTO ledger_tile VALUES (0, 0, sha256('a'))`);
    await owner.query(`UPDATE ledger_tile SET hashes = hashes || sha256('b')`);
    for (const change of [`sha256('a')`, `hashes || 'x'`, `sha256('b') || sha256('a') || sha256('c')`]) {
      await expect(owner.query(`UPDATE ledger_tile SET hashes = ${change}`)).rejects.toThrow();
    }
  });
});
