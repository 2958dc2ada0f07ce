import { randomInt } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PartnerClient } from '../../src/demo/partner-client.ts';
import { databaseEnvironment } from '../../src/demo/story/proof.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import { keyRing, noteVerifiers } from '../../src/store/journal/key-ring.ts';
import { openPool } from '../../src/store/pool.ts';
import { replacementGateway } from '../scenarios/chain/replacement-gateway.ts';
import { detain, detainees, serverProcesses, until } from '../scenarios/chain/running-chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { isStopped } from '../world/process-table.ts';
import { type Asking, askOnAndOn } from './ledger/ask-on-and-on.ts';
import { type KeptOutside, keptOutside } from './ledger/kept-outside.ts';
import { isSettled, lookForLoss, noLoss } from './ledger/look-for-loss.ts';
import { longestButOne, type Takeovers, takeoverMs } from './ledger/rounds.ts';
import { runLedgerCommand, verifyByCommand } from './ledger/run-ledger-command.ts';

/**
 * As test/faults/ledger-kills.test.ts, with whole gateways: partners ask over mutual TLS, sources answer, and what
 * counts is the data and the receipt that arrived. What kill -9 does not show is said there.
 */

interface LiveGateway {
  readonly pid: number;
  readonly client: PartnerClient;
  end(): Promise<void>;
}

const origin = 'sluis.example/ledger';
const takeovers: Takeovers = [];
const gateways = new Set<LiveGateway>();
let world: World;
let owner: pg.Pool;
let kept: KeptOutside;
let asking: Asking;

beforeAll(async () => {
  world = await startWorld({
    signals: false,
    persons: 40,
    gateways: 2,
    env: { ...plentyLimits, SLUIS_LOG_LEVEL: 'error' },
  });
  owner = openPool(world.database.owner, { max: 2 });
  const persons = detainees(world, 3);
  for (const person of persons) await detain(world, person);
  kept = await keptOf(owner);
  for (const [turn, { pid }] of world.gateways.entries()) {
    gateways.add({ pid, client: world.client(roles.probation, turn), end: async () => undefined });
  }
  asking = askOnAndOn(() => [...gateways].map(({ client }) => client), persons, 6, kept);
  await deliveries(20);
});
afterAll(async () => {
  await asking?.stop();
  for (const { client, end } of gateways) {
    client.close();
    await end();
  }
  await owner?.end();
  await world?.stop();
});

async function keptOf(pool: pg.Pool): Promise<KeptOutside> {
  const { rows } = await pool.query<{ use: string; jwk: { x?: string } }>('SELECT use, jwk FROM key');
  const of = (use: string) => rows.filter((row) => row.use === use).map(({ jwk }) => jwk);
  const [logKey] = noteVerifiers(
    origin,
    of('checkpoint').map(({ x }) => Buffer.from(String(x), 'base64url')),
  );
  if (logKey === undefined) throw new Error('a gateway that runs has a key for checkpoints');
  return keptOutside(origin, keyRing(of('ledger')), logKey);
}

async function deliveries(more: number): Promise<void> {
  const before = asking.delivered.size;
  await until(() => asking.delivered.size >= before + more, 'deliveries', 40_000);
}

function anyGateway(): LiveGateway {
  const all = [...gateways];
  const one = all[randomInt(all.length)];
  if (one === undefined) throw new Error('there is a gateway');
  return one;
}

async function anotherGateway(): Promise<void> {
  const { pid, client, stop } = await replacementGateway(world, plentyLimits);
  gateways.add({ pid, client: client(roles.probation), end: stop });
}

async function holder(): Promise<string | null> {
  const { rows } = await owner.query<{ holder: string | null }>('SELECT holder FROM sequencer_lease');
  return rows[0]?.holder ?? null;
}

/** Waits for the first checkpoint after that moment; how long it took counts where another leads now. */
async function checkpointAfter(moment: number, led: string | null): Promise<void> {
  let first = Number.NaN;
  const isThere = async (): Promise<boolean> => {
    const { rows } = await owner.query<{ at: string | null }>(
      'SELECT min(at) AS at FROM ledger_checkpoint WHERE at > $1',
      [new Date(moment).toISOString()],
    );
    first = Date.parse(rows[0]?.at ?? '');
    return !Number.isNaN(first);
  };
  await until(isThere, 'a checkpoint');
  if ((await holder()) !== led) takeovers.push(first - moment);
}

test('a gateway is killed, five times: what arrived is on record, and the other goes on', async () => {
  for (let killed = 0; killed < 5; killed += 1) {
    const doomed = anyGateway();
    const led = await holder();
    await sleep(randomInt(300));
    gateways.delete(doomed);
    const diedAt = Date.now();
    process.kill(doomed.pid, 'SIGKILL');
    await checkpointAfter(diedAt, led);
    doomed.client.close();
    await doomed.end();
    await anotherGateway();
    await deliveries(10);
  }
});

test('PostgreSQL is killed, four times, with all of its processes: the gateways go on by themselves', async () => {
  for (let killed = 0; killed < 4; killed += 1) {
    await sleep(randomInt(300));
    for (const pid of serverProcesses(world)) process.kill(pid, 'SIGKILL');
    await sleep(200);
    await deliveries(20);
  }
});

test('a gateway is frozen, six times, for longer than a lease: the other goes on, and so does it', async () => {
  for (let frozen = 0; frozen < 6; frozen += 1) {
    const { pid } = anyGateway();
    const led = await holder();
    await sleep(randomInt(200));
    const frozenAt = Date.now();
    process.kill(pid, 'SIGSTOP');
    try {
      await until(() => isStopped(pid), 'a gateway that stands still');
      await checkpointAfter(Date.now(), led);
      await sleep(Math.max(0, 1500 - (Date.now() - frozenAt)));
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await deliveries(10);
  }
});

test('after all of it nothing that arrived is missing, and an operator finds the ledger whole', async () => {
  await asking.stop();
  await until(() => isSettled(owner), 'a tree with all entries, and its checkpoint');
  expect(await lookForLoss(owner, kept)).toEqual(noLoss);
  expect(kept.wrong).toEqual([]);
  const { rows } = await owner.query<{ request: string }>(
    `SELECT request_id AS request FROM ledger_entry WHERE kind = 'disclosure'`,
  );
  const recorded = new Set(rows.map(({ request }) => request));
  expect([...asking.delivered].filter((request) => !recorded.has(request))).toEqual([]);
  expect(asking.delivered.size).toBeGreaterThan(200);
  expect(asking.others.get('broken'), 'the kills were felt').toBeGreaterThan(0);
  expect(longestButOne(takeovers)).toBeLessThanOrEqual(takeoverMs);

  const environment = databaseEnvironment(world);
  const whole = { code: 0, report: { ok: true, problems: [] } };
  expect(await verifyByCommand(environment, '--live')).toMatchObject(whole);
  const folder = path.join(world.directory, 'export');
  expect((await runLedgerCommand(environment, 'export', folder)).code).toBe(0);
  expect(await verifyByCommand(environment, folder)).toMatchObject(whole);
  process.stdout.write(
    `gateway killed 5, PostgreSQL killed 4, gateway frozen 6: 15 rounds with whole gateways\n` +
      `${asking.delivered.size} deliveries, ${kept.states.size} checkpoints;` +
      ` ${[...asking.others].map(([what, count]) => `${what} ${count}`).join(', ')}\n` +
      `takeover of ${takeovers.length} leaders: ${takeovers.toSorted((a, b) => a - b).join(', ')} ms\n`,
  );
});
