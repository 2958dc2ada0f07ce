import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { type KillWorld, killWorld } from './ledger/kill-world.ts';
import { noLoss } from './ledger/look-for-loss.ts';

/**
 * What the suites beside this one look for, planted: a look that finds nothing here would find nothing there.
 */

async function inWorld(
  changes: Parameters<typeof killWorld>[1],
  story: (world: KillWorld, database: FreshDatabase) => Promise<void>,
): Promise<void> {
  const database = await freshDatabase();
  const world = await killWorld(database.urls, changes);
  try {
    await world.goesOn();
    await story(world, database);
  } finally {
    await world.end();
    await database.drop();
  }
}

test('nothing is found where nothing was done', async () => {
  await inWorld({}, async (world) => {
    const { losses, report } = await world.look(true);
    expect(losses).toEqual(noLoss);
    expect(report.problems).toEqual([]);
    expect(world.kept.wrong).toEqual([]);
    expect(report.checked.receipts).toBeGreaterThan(0);
  });
});

test('a gateway that tells of an entry before COMMIT is found within ten kills', async () => {
  await inWorld({ acknowledgesEarly: true, pauseMs: 5 }, async (world) => {
    let lost = 0;
    for (let killed = 0; lost === 0 && killed < 10; killed += 1) {
      await world.kill(await world.follower());
      await sleep(50);
      const { losses } = await world.look();
      lost = losses.disclosuresWithoutEntry.length + losses.entriesLost.length;
    }
    expect(lost).toBeGreaterThan(0);
  });
});

test('a copy of the ledger that goes its own way, with a last checkpoint of its own, is found', async () => {
  const copy = await freshDatabase();
  await inWorld({}, async (world) => {
    const { task } = world;
    const beside = await killWorld(copy.urls, {
      checkpointKey: task.checkpointKey,
      checkpoints: path.join(path.dirname(task.checkpoints), 'of the copy'),
    });
    await beside.goesOn();
    await beside.look();
    for (const { text, at } of (await beside.leader()).signed) world.kept.heard({ event: 'signed', text, at });
    await beside.end();
    const { losses } = await world.look();
    expect(losses.inconsistentCheckpoints.length).toBeGreaterThan(0);
    expect({ ...losses, inconsistentCheckpoints: [] }).toEqual(noLoss);
  });
  await copy.drop();
});

test('an entry that is taken away, and one that is changed, are found by the receipts', async () => {
  await inWorld({}, async (world, { pools }) => {
    const taken = [...world.kept.acknowledged.keys()].slice(0, 2);
    await pools.owner.query(`SET session_replication_role = replica`);
    await pools.owner.query('DELETE FROM ledger_entry WHERE id = $1', [taken[0]]);
    await pools.owner.query(`UPDATE ledger_entry SET leaf_hash = decode(repeat('00', 32), 'hex') WHERE id = $1`, [
      taken[1],
    ]);
    const { losses, report } = await world.look();
    expect([...losses.disclosuresWithoutEntry, ...losses.entriesLost]).toEqual([taken[0]]);
    expect(losses.entriesChanged).toEqual([taken[1]]);
    expect(report.problems.length).toBeGreaterThan(0);
  });
});
