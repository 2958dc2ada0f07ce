import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KillWorld, killWorld } from './ledger/kill-world.ts';
import { noLoss } from './ledger/look-for-loss.ts';
import { type OwnPostgres, ownPostgres } from './ledger/own-postgres.ts';
import {
  cutJournal,
  cutSequencer,
  freezeFollower,
  freezeLeader,
  killFollower,
  killLeader,
  killPostgres,
  longestButOne,
  type Round,
  type Takeovers,
  takeoverMs,
} from './ledger/rounds.ts';

/**
 * Three gateway-like processes (journal, marks, heartbeats, sequencer) on one PostgreSQL, which permit and disclose all
 * the time, and a parent that keeps what they acknowledged and every checkpoint that they signed. Each round breaks one
 * of them at a random moment. Then nothing that was acknowledged is lost, and there was one history.
 *
 * kill -9 shows that nothing rests on a process that goes on. It does not show what a host that goes down leaves on its
 * disk: the kernel keeps what a killed process wrote. That PostgreSQL waits for the disk is insisted on at the start and
 * on each connection (`fsync`, `synchronous_commit`, `full_page_writes`: test/store/journal/durability.test.ts).
 */

let postgres: OwnPostgres;
let world: KillWorld;
const takeovers: Takeovers = [];
const counts = new Map<string, number>();

beforeAll(async () => {
  postgres = await ownPostgres();
  world = await killWorld(postgres.urls);
  await world.goesOn();
});
afterAll(async () => {
  await world?.end();
  await postgres?.stop();
});

async function rounds(what: string, count: number, round: Round): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    await round(world);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
}

async function nothingIsLost(): Promise<void> {
  const { losses, report } = await world.look();
  expect(losses).toEqual(noLoss);
  expect(report.problems).toEqual([]);
  expect(world.kept.wrong).toEqual([]);
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN;
}

describe('kill -9', () => {
  test('of a gateway', async () => {
    await rounds('gateway killed', 38, killFollower);
    await nothingIsLost();
  });

  test('of the one that leads: another signs within two seconds', async () => {
    await rounds('leader killed', 25, killLeader(takeovers));
    await nothingIsLost();
    expect(longestButOne(takeovers)).toBeLessThanOrEqual(takeoverMs);
  });

  test('of PostgreSQL, all of its processes', async () => {
    await rounds('PostgreSQL killed', 20, killPostgres(postgres));
    await nothingIsLost();
  });
});

describe('SIGSTOP and SIGCONT', () => {
  test('of the one that leads: another signs within two seconds, and what wakes up signs nothing', async () => {
    const after: Takeovers = [];
    await rounds('leader frozen', 18, freezeLeader(after));
    await nothingIsLost();
    expect(longestButOne(after)).toBeLessThanOrEqual(takeoverMs);
    takeovers.push(...after);
  });

  test('of one that writes', async () => {
    await rounds('writer frozen', 29, freezeFollower(500));
    await rounds('writer frozen', 1, freezeFollower(7000));
    await nothingIsLost();
  });
});

describe('a connection that breaks', () => {
  test('of a journal, before COMMIT arrived, after it did, silently, and to a database that is away', async () => {
    await rounds('journal cut before COMMIT', 20, cutJournal('before-commit'));
    await rounds('journal cut after COMMIT', 22, cutJournal('after-commit'));
    await rounds('journal silent after COMMIT', 3, cutJournal('silent-commit'));
    await rounds('journal without database', 12, cutJournal('away'));
    await nothingIsLost();
  });

  test('of the one that leads, within its own transactions', async () => {
    await rounds('leader cut before COMMIT', 10, cutSequencer('before-commit'));
    await rounds('leader cut after COMMIT', 12, cutSequencer('after-commit'));
    await rounds('leader without database', 6, cutSequencer('away'));
    await nothingIsLost();
  });
});

test('after all of it the ledger is whole, where it is and as an export, with every signature', async () => {
  const { losses, report } = await world.look(true);
  expect(losses).toEqual(noLoss);
  expect(report.problems).toEqual([]);
  const exported = await world.lookAtExport();
  expect(exported.problems).toEqual([]);
  expect(exported.treeSize).toBeGreaterThanOrEqual(report.treeSize);
  const disclosures = [...world.kept.acknowledged.values()].filter(({ kind }) => kind === 'disclosure').length;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThanOrEqual(200);
  expect(disclosures).toBeGreaterThan(total * 10);
  process.stdout.write(
    `${[...counts].map(([what, count]) => `${what} ${count}`).join(', ')}: ${total} rounds\n` +
      `${world.kept.acknowledged.size} entries acknowledged, ${disclosures} of them disclosures, by ${report.instances}` +
      ` instances; ${world.kept.states.size} states signed; told that nothing was given:` +
      ` ${[...world.kept.refused].map(([code, count]) => `${code} ${count}`).join(', ')}\n` +
      `takeover of ${takeovers.length} leaders: p50 ${quantile(takeovers, 0.5)} ms, p95 ${quantile(takeovers, 0.95)} ms,` +
      ` max ${quantile(takeovers, 1)} ms\n`,
  );
});
