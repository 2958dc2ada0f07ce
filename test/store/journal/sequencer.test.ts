import path from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryId } from '../../../src/core/brand.ts';
import { openCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { rootFromInclusion } from '../../../src/core/ledger/merkle-check.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import { checkpointFile } from '../../../src/store/journal/checkpoint-file.ts';
import { takeLease } from '../../../src/store/journal/lease.ts';
import { moveQueue } from '../../../src/store/journal/move-queue.ts';
import { latestCheckpoint, proofOf } from '../../../src/store/journal/proof.ts';

import { type LedgerWorld, ledgerWorld, origin, until } from '../../world/ledger-world.ts';

let world: LedgerWorld;

beforeEach(async () => {
  world = await ledgerWorld();
});

afterEach(() => world.end());

/** As an administrator of the database could. */
async function withoutGuards(change: string): Promise<void> {
  const owner = await world.database.pools.owner.connect();
  await owner.query('SET session_replication_role = replica');
  await owner.query(change);
  owner.release(true);
}

describe('the sequencer', () => {
  test('puts every entry of every instance in one tree, once, and two of them do the same', async () => {
    world.start();
    world.start();
    const ids: EntryId[] = [];
    for (let round = 0; round < 8; round++) {
      ids.push(...(await world.write(25)));
      if (round === 0) await world.signed(25);
    }
    await world.signed(ids.length);
    const report = await world.verify();
    expect(report).toMatchObject({ entries: 200, treeSize: 200, instances: 2, pending: 0, checkpointSize: 200 });
    expect(report.problems).toEqual([]);
    expect(report.checkpoints).toBeGreaterThan(1);
    expect(world.alarms).toEqual([]);
  });

  test('proves each entry under the latest checkpoint', async () => {
    world.start();
    const ids = await world.write(21);
    await world.signed(21);
    for (const id of ids) {
      const proof = await proofOf(world.database.pools.serve, id);
      if (proof === null) throw new Error('no proof');
      const path = proof.path.map((hash) => Buffer.from(hash, 'base64url'));
      const root = rootFromInclusion(leafHash(proof.leaf), proof.index, proof.size, path);
      expect(root).toEqual(openCheckpoint(proof.checkpoint, origin, world.checkpointKey)?.root);
    }
    expect(await proofOf(world.database.pools.serve, '01920000-0000-7000-8000-000000000000' as EntryId)).toBeNull();
  });

  test('another takes over when the leader is gone, and continues its tree', async () => {
    const first = world.start();
    await world.write(5);
    await world.signed(5);
    await first.stop();
    world.start();
    await world.write(5);
    await world.signed(10);
    expect((await world.verify()).problems).toEqual([]);
  });

  test('a leader that slept through its lease writes nothing', async () => {
    const pool = world.database.pools.sequencer;
    const slept = await takeLease(pool, '01920000-0000-7000-8000-00000000000a', 1);
    await world.write(3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = await takeLease(pool, '01920000-0000-7000-8000-00000000000b', 5000);
    if (slept === null || next === null) throw new Error('no lease');
    expect(await moveQueue(pool, slept.lease, 100)).toBe(0);
    expect(await takeLease(pool, '01920000-0000-7000-8000-00000000000a', 1)).toBeNull();
    expect(await moveQueue(pool, next.lease, 100)).toBe(3);
  });

  test('two that move the queue at the same moment under one lease do not double it', async () => {
    const pool = world.database.pools.sequencer;
    await world.write(50);
    const taken = await takeLease(pool, '01920000-0000-7000-8000-00000000000a', 5000);
    if (taken === null) throw new Error('no lease');
    const moved = await Promise.all([moveQueue(pool, taken.lease, 100), moveQueue(pool, taken.lease, 100)]);
    expect(moved.toSorted((a, b) => a - b)).toEqual([0, 50]);
  });

  test('a leader that was frozen while it read moves nothing and calls nothing damaged', async () => {
    const pool = world.database.pools.sequencer;
    const taken = await takeLease(pool, '01920000-0000-7000-8000-00000000000a', 5000);
    if (taken === null) throw new Error('no lease');
    await world.write(5);
    expect(await moveQueue(pool, taken.lease, 100)).toBe(5);
    await world.write(4);
    // Between the size of the tree and its tiles, another went on.
    const query = async (statement: pg.QueryConfig) => {
      if (statement.name === 'ledger-tiles') expect(await moveQueue(pool, taken.lease, 100)).toBe(4);
      return pool.query(statement);
    };
    const slow = new Proxy(pool, { get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)) });
    expect(await moveQueue(slow, taken.lease, 100)).toBe(0);
  });

  test('tiles that do not fit a tree which stayed as it is are an alarm', async () => {
    const pool = world.database.pools.sequencer;
    const taken = await takeLease(pool, '01920000-0000-7000-8000-00000000000a', 5000);
    if (taken === null) throw new Error('no lease');
    await world.write(5);
    expect(await moveQueue(pool, taken.lease, 100)).toBe(5);
    await world.write(1);
    await withoutGuards('UPDATE ledger_tile SET hashes = substring(hashes FOR 4 * 32)');
    await expect(moveQueue(pool, taken.lease, 100)).rejects.toMatchObject({ refusal: 'tree-damaged' });
  });

  test('signs nothing, and says so once, when entries that were signed are gone', async () => {
    const first = world.start();
    await world.write(6);
    await world.signed(6);
    await first.stop();
    await world.database.pools.owner.query('DELETE FROM ledger_tree WHERE index >= 4');
    await withoutGuards('UPDATE ledger_tile SET hashes = substring(hashes FOR 4 * 32)');
    world.start();
    await until(() => world.alarms.length > 0, 'an alarm');
    await world.write(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(world.alarms).toEqual([expect.stringContaining('entries are gone')]);
    expect((await latestCheckpoint(world.database.pools.serve))?.size).toBe(6);
  });

  test('signs nothing when the signed past was rewritten, hashes and all', async () => {
    const first = world.start();
    await world.write(8);
    await world.signed(8);
    await first.stop();
    await withoutGuards('UPDATE ledger_tile SET hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1)');
    world.start();
    await world.write(1);
    await until(() => world.alarms.length > 0, 'an alarm');
    expect(world.alarms[0]).toContain('not the ones that were signed');
    expect((await latestCheckpoint(world.database.pools.serve))?.size).toBe(8);
  });

  test('signs nothing when the checkpoint outside the database is gone, or another', async () => {
    const first = world.start();
    await world.write(2);
    await world.signed(2);
    await first.stop();
    const kept = world.store;
    world.store = checkpointFile(path.join(world.directory, 'elsewhere'));
    const second = world.start();
    await until(() => world.alarms.length > 0, 'an alarm');
    await second.stop();
    expect(world.alarms[0]).toContain('is gone');
    await world.store.swap(null, 'not a note\n');
    world.start();
    await until(() => world.alarms.length > 1, 'another alarm');
    expect(world.alarms[1]).toContain('not ours');
    expect(await kept.read()).toContain('\n2\n');
  });

  test('saves a note that was published and not saved, as after a crash between the two', async () => {
    const first = world.start();
    await world.write(4);
    await world.signed(4);
    await first.stop();
    await world.database.pools.owner.query('DELETE FROM ledger_checkpoint');
    world.start();
    await world.signed(4);
    expect(world.alarms).toEqual([]);
  });
});
