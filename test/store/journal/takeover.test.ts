import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkpointFile } from '../../../src/store/journal/checkpoint-file.ts';
import { defaultLeaseMs, holdsLease, takeLease } from '../../../src/store/journal/lease.ts';
import { verifyStoredLedger } from '../../../src/store/journal/verify-ledger.ts';
import { median } from '../../world/beside-a-held-row.ts';
import { until } from '../../world/ledger-world.ts';
import { origin, type RunningSequencer, type SequencersWorld, sequencersWorld } from '../../world/sequencers-world.ts';

/** How long a checkpoint may stay out after the leader is gone. */
const takeoverMs = 2000;

let world: SequencersWorld;
beforeEach(async () => {
  world = await sequencersWorld();
});
afterEach(() => world.end());

async function verified(): Promise<void> {
  const { keys, checkpointKey, directory, database } = world;
  const store = checkpointFile(directory);
  const report = await verifyStoredLedger({ pool: database.pools.serve, keys, origin, checkpointKey, store });
  expect(report.problems).toEqual([]);
}

async function leaderAmong(all: readonly RunningSequencer[]): Promise<RunningSequencer> {
  for (;;) {
    const leader = await world.leader(all);
    if (leader !== null) return leader;
    await sleep(5);
  }
}

/**
 * Until a checkpoint of its own stands on record. However long the disk takes for what is written meanwhile is no
 * part of it.
 */
async function tookMsUntilSigned(one: RunningSequencer, sinceMs: number): Promise<number> {
  const first = () => one.signed.find(({ at }) => at >= sinceMs);
  await until(() => first() !== undefined, 'a signature of who takes over');
  await world.signed(first()?.size ?? 0);
  return Date.now() - sinceMs;
}

describe('when the leader is gone, another signs within two seconds', () => {
  test('killed, five times over, while entries are written', async () => {
    let running = [await world.start(), await world.start()];
    let written = 0;
    const took: number[] = [];
    for (let round = 0; round < 5; round++) {
      const leader = await leaderAmong(running);
      const survivors = running.filter((one) => one !== leader);
      written += (await leader.write(20)).length;
      await sleep(round * 13);
      const died = performance.now();
      leader.signal('SIGKILL');
      written += (await survivors[0]?.write(1))?.length ?? 0;
      await world.signed(written);
      took.push(performance.now() - died);
      running = [...survivors, await world.start()];
    }
    expect(written).toBe(105);
    expect(median(took)).toBeLessThanOrEqual(takeoverMs);
    await verified();
  });

  test('stopped at any moment of its rounds, and what wakes up later signs nothing while another leads', async () => {
    const running = [await world.start(), await world.start()];
    let written = 0;
    const took: number[] = [];
    for (let round = 0; round < 5; round++) {
      const leader = await leaderAmong(running);
      const [other] = running.filter((one) => one !== leader);
      if (other === undefined) throw new Error('two are running');
      // Rounds are under way when it stops: somewhere in a transaction, or between reading and signing.
      const writing = other.write(60, 2);
      await sleep(17 * (round + 1));
      const stoppedAt = Date.now();
      leader.signal('SIGSTOP');
      const tookOver = tookMsUntilSigned(other, stoppedAt);
      written += (await writing).length;
      // Where those sixty were signed by who is stopped, this one is left for who takes over.
      written += (await other.write(1)).length;
      await world.signed(written);
      took.push(await tookOver);
      const [wokenAt, before] = [Date.now(), written];
      leader.signal('SIGCONT');
      written += (await other.write(20, 2)).length;
      await world.signed(written);
      await sleep(defaultLeaseMs / 2);
      // What it was about to sign when it stopped is in its hand still; of what came since it signs nothing.
      expect(leader.signed.filter(({ at, size }) => at >= wokenAt && size > before)).toEqual([]);
      expect(await leaderAmong(running)).toBe(other);
    }
    expect(written).toBe(405);
    expect(median(took)).toBeLessThanOrEqual(takeoverMs);
    for (const { events } of running) expect(events.filter(({ event }) => event === 'alarm')).toEqual([]);
    await verified();
  });

  test('frozen in its transaction with the lease locked: the server throws it out', async () => {
    const frozen = await world.database.pools.sequencer.connect();
    frozen.on('error', () => undefined);
    const holder = '01920000-0000-7000-8000-00000000000a';
    await takeLease(frozen, holder, 60_000);
    // How long a process takes to start is no part of it: while the lease stands, it takes nothing over.
    const other = await world.start();
    const taken = await takeLease(frozen, holder, defaultLeaseMs);
    if (taken === null) throw new Error('no lease');
    await frozen.query('BEGIN');
    expect(await holdsLease(frozen, taken.lease)).toBe(true);
    const since = performance.now();
    await other.write(1);
    await world.signed(1, takeoverMs);
    expect(performance.now() - since).toBeLessThanOrEqual(takeoverMs);
    await expect(frozen.query('COMMIT')).rejects.toThrow();
    frozen.release(true);
  });
});

describe('three gateways on one database', () => {
  test('under load make one tree: no gap, no duplicate, every acknowledged entry in it', async () => {
    const running = await Promise.all([world.start(), world.start(), world.start()]);
    const ids = (await Promise.all(running.map((one) => one.write(700, 16)))).flat();
    expect(new Set(ids).size).toBe(2100);
    await world.signed(2100);
    await verified();
    const { rows } = await world.database.pools.owner.query<{ id: string; index: number }>(
      'SELECT entry_id AS id, index FROM ledger_tree ORDER BY index',
    );
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 2100 }, (_, index) => index));
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ids));
    expect(running.flatMap(({ events }) => events.filter(({ event }) => event === 'alarm'))).toEqual([]);
    // Signed more than once, each by whoever led then.
    expect(running.flatMap(({ signed }) => signed.map(({ size }) => size)).length).toBeGreaterThan(2);
  });
});
