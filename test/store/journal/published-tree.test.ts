import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { entryBundle } from '../../../src/core/ledger/entry-bundle.ts';
import { treeOf } from '../../../src/core/ledger/merkle.ts';
import { isConsistent } from '../../../src/core/ledger/merkle-check.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import { takeLease } from '../../../src/store/journal/lease.ts';
import { moveQueue } from '../../../src/store/journal/move-queue.ts';
import { latestCheckpoint } from '../../../src/store/journal/proof.ts';
import { type PublishedTree, publishedTree } from '../../../src/store/journal/published-tree.ts';
import { type LedgerWorld, ledgerWorld, origin } from '../../world/ledger-world.ts';

let world: LedgerWorld;
let tree: PublishedTree;
beforeEach(async () => {
  world = await ledgerWorld();
  tree = publishedTree(world.database.pools.serve);
});
afterEach(() => world.end());

/** 300 entries that a checkpoint covers, and 10 more in the tree that none covers yet. */
async function grown(): Promise<readonly string[]> {
  const sequencer = world.start();
  await world.write(300);
  await world.signed(300);
  await sequencer.stop();
  await world.write(10);
  const taken = await takeLease(world.database.pools.sequencer, '01920000-0000-7000-8000-00000000000a', 5000);
  if (taken === null) throw new Error('no lease');
  expect(await moveQueue(world.database.pools.sequencer, taken.lease, 100)).toBe(10);
  const { rows } = await world.database.pools.owner.query<{ leaf: string }>(
    'SELECT leaf FROM ledger_tree t JOIN ledger_entry e ON e.id = t.entry_id ORDER BY index',
  );
  return rows.map(({ leaf }) => leaf);
}

describe('what is published of the tree', () => {
  test('are tiles as far as the last checkpoint covers them, and not one hash more', async () => {
    const leaves = await grown();
    const hashes = leaves.map(leafHash);
    expect(await tree.tile({ level: 0, index: 0, width: 256 })).toEqual(Buffer.concat(hashes.slice(0, 256)));
    expect(await tree.tile({ level: 0, index: 1, width: 44 })).toEqual(Buffer.concat(hashes.slice(256, 300)));
    expect(await tree.tile({ level: 0, index: 1, width: 7 })).toEqual(Buffer.concat(hashes.slice(256, 263)));
    expect(await tree.tile({ level: 1, index: 0, width: 1 })).toEqual(treeOf(hashes.slice(0, 256)).root);
    for (const part of [
      { level: 0, index: 1, width: 45 },
      { level: 0, index: 1, width: 256 },
      { level: 0, index: 2, width: 1 },
      { level: 1, index: 0, width: 2 },
      { level: 2, index: 0, width: 1 },
    ]) {
      expect(await tree.tile(part)).toBeNull();
    }
  });

  test('proves that one size begins another', async () => {
    const hashes = (await grown()).map(leafHash);
    const checkpoint = openCheckpoint(
      (await latestCheckpoint(world.database.pools.serve))?.note ?? '',
      origin,
      world.checkpointKey,
    );
    if (checkpoint === null) throw new Error('no checkpoint');
    for (const older of [1, 2, 255, 256, 257, 299, 300]) {
      const path = await tree.consistency(older, 300);
      const before = { size: older, root: treeOf(hashes.slice(0, older)).root };
      expect(isConsistent(before, checkpoint, path ?? [])).toBe(path !== null);
    }
    expect(await tree.consistency(300, 310)).toBeNull();
    expect(await tree.consistency(310, 310)).toBeNull();
  });

  test('are entries of whole bundles: one that lost its text takes its bundle along', async () => {
    const leaves = await grown();
    expect(await tree.bundle({ index: 1, width: 44 })).toEqual(leaves.slice(256, 300));
    expect(await tree.bundle({ index: 1, width: 45 })).toBeNull();
    expect(await tree.bundle({ index: 0, width: 256 })).toHaveLength(256);
    const owner = await world.database.pools.owner.connect();
    await owner.query('SET session_replication_role = replica');
    await owner.query(
      'UPDATE ledger_entry SET leaf = NULL WHERE id = (SELECT entry_id FROM ledger_tree WHERE index = 260)',
    );
    owner.release(true);
    expect(await tree.bundle({ index: 1, width: 44 })).toBeNull();
    expect(await tree.bundle({ index: 1, width: 4 })).toHaveLength(4);
  });

  test('is nothing before the first checkpoint', async () => {
    await world.write(3);
    expect(await tree.tile({ level: 0, index: 0, width: 1 })).toBeNull();
    expect(await tree.consistency(1, 1)).toBeNull();
    expect(await tree.bundle({ index: 0, width: 1 })).toBeNull();
  });

  test('a tile that was cut short in the database is not given as another', async () => {
    await grown();
    const owner = await world.database.pools.owner.connect();
    await owner.query('SET session_replication_role = replica');
    await owner.query('UPDATE ledger_tile SET hashes = substring(hashes FOR 320) WHERE level = 0');
    owner.release(true);
    expect(await tree.tile({ level: 0, index: 0, width: 256 })).toBeNull();
    expect(await tree.tile({ level: 0, index: 0, width: 10 })).toHaveLength(320);
  });
});

test('a bundle spells each entry behind its length, in bytes', () => {
  expect(entryBundle(['ab', '', 'é'])).toEqual(Buffer.from('000261620000' + '0002c3a9', 'hex'));
  expect(entryBundle(['x'.repeat(65_535)])).toHaveLength(65_537);
  expect(() => entryBundle(['x'.repeat(65_536)])).toThrow(RangeError);
});
