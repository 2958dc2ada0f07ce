import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { until } from '../../scenarios/chain/running-chain.ts';
import type { Cut } from '../../world/cutting-proxy.ts';
import type { KillWorld } from './kill-world.ts';
import type { OwnPostgres } from './own-postgres.ts';
import type { RunningWorker } from './running-worker.ts';

/** One round: a fault at a random moment under load. Resolves when everybody works on. */
export type Round = (world: KillWorld) => Promise<void>;

/** Milliseconds from a leader's end to the first signature of another. */
export type Takeovers = number[];

/** How long a checkpoint may stay out after the leader is gone. */
export const takeoverMs = 2000;

/** Of several the longest but one: a machine that stands still once is no fault of who takes over. */
export function longestButOne(takeovers: Takeovers): number {
  const sorted = takeovers.toSorted((one, other) => one - other);
  return sorted.at(-2) ?? sorted[0] ?? Number.NaN;
}

const randomly = (mostMs: number): Promise<void> => sleep(randomInt(mostMs));

export const killFollower: Round = async (world) => {
  const worker = await world.follower();
  await randomly(150);
  await world.kill(worker);
  await world.goesOn();
};

export function killLeader(takeovers: Takeovers): Round {
  return async (world) => {
    const leader = await world.leader();
    await randomly(150);
    const diedAt = Date.now();
    await world.kill(leader);
    takeovers.push(await signedByAnother(world, leader, diedAt));
    await world.goesOn();
  };
}

export function killPostgres(postgres: OwnPostgres): Round {
  return async (world) => {
    await randomly(200);
    await postgres.kill();
    await world.goesOn();
  };
}

/** Frozen until another has signed, and longer; what it does when it wakes up is watched for a while. */
export function freezeLeader(takeovers: Takeovers): Round {
  return async (world) => {
    const leader = await world.leader();
    await randomly(150);
    const frozenAt = Date.now();
    await leader.freeze();
    const silentAt = Date.now();
    takeovers.push(await signedByAnother(world, leader, frozenAt));
    await randomly(200);
    leader.thaw();
    await sleep(250);
    // It may lead again, in its turn. While another does, it signs nothing.
    if ((await world.holder()) !== leader.holder) {
      expect(leader.signed.filter(({ at }) => at > silentAt)).toEqual([]);
    }
    await world.goesOn();
  };
}

/** For a moment, or (rarely) for longer than the server waits for whoever is silent in a transaction. */
export function freezeFollower(mostMs: number): Round {
  return async (world) => {
    const worker = await world.follower();
    await randomly(100);
    await worker.freeze();
    await sleep(mostMs > 2000 ? mostMs : randomInt(mostMs));
    worker.thaw();
    await world.goesOn();
  };
}

export function cutJournal(cut: Cut): Round {
  return async (world) => {
    const { journalProxy } = await world.follower();
    await randomly(50);
    await broken(journalProxy, cut);
    await world.goesOn();
  };
}

export function cutSequencer(cut: Cut): Round {
  return async (world) => {
    const { sequencerProxy } = await world.leader();
    await randomly(50);
    await broken(sequencerProxy, cut);
    await world.goesOn();
  };
}

/** Resolves when the connection was cut, or the database is back after it was away. */
async function broken(proxy: RunningWorker['journalProxy'], cut: Cut): Promise<void> {
  proxy.cut = cut;
  if (cut === 'away') {
    proxy.sever();
    await randomly(600);
    proxy.cut = 'none';
    return;
  }
  await until(() => proxy.cut === 'none', 'a COMMIT to cut');
}

/** Resolves with how long it took. */
async function signedByAnother(world: KillWorld, than: RunningWorker, since: number): Promise<number> {
  let at = 0;
  const isSigned = async (): Promise<boolean> => {
    const others = (await world.workers()).filter((worker) => worker !== than);
    const moments = others.flatMap(({ signed }) => signed.map((each) => each.at)).filter((moment) => moment > since);
    at = Math.min(...moments);
    return moments.length > 0;
  };
  await until(isSigned, 'a checkpoint that another signed');
  return at - since;
}
