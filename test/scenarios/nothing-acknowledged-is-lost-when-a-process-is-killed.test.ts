import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { flushHeadHash } from '../../src/core/ledger/flush-head.ts';
import type { PartnerClient } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import { readMarkFiles } from '../../src/store/journal/mark-files.ts';
import { openPool } from '../../src/store/pool.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { planLoad, type Told } from './chain/plan-load.ts';
import { type ReplacementGateway, replacementGateway } from './chain/replacement-gateway.ts';
import { detain, detainees, ledgerVerify, planQuestion, postmasterOf, until } from './chain/running-chain.ts';

const askers = 8;
const kills = 3;

let world: World;
let owner: pg.Pool;
let persons: readonly Person[];
const open: PartnerClient[] = [];
beforeAll(async () => {
  world = await startWorld({
    signals: false,
    persons: 40,
    gateways: 2,
    env: { ...plentyLimits, SLUIS_LOG_LEVEL: 'error' },
  });
  owner = openPool(world.database.owner, { max: 2 });
  persons = detainees(world, 3);
  for (const person of persons) await detain(world, person);
}, 120_000);
afterAll(async () => {
  for (const client of open) client.close();
  await owner?.end();
  await world?.stop();
}, 60_000);

function clients(make: (turn: number) => PartnerClient): PartnerClient[] {
  const made = Array.from({ length: askers }, (_, turn) => make(turn));
  open.push(...made);
  return made;
}

/** Every request whose data arrived has its disclosure on record. */
async function allOnRecord({ delivered }: Told): Promise<void> {
  const { rows } = await owner.query<{ request: string }>(
    `SELECT request_id AS request FROM ledger_entry WHERE kind = 'disclosure'`,
  );
  const recorded = new Set(rows.map(({ request }) => request));
  expect([...delivered].filter((request) => !recorded.has(request))).toEqual([]);
}

it('PostgreSQL, three times under load: the gateways work on by themselves and every delivery is on record', async () => {
  const load = planLoad(
    clients((turn) => world.client(roles.probation, turn % 2)),
    persons,
  );
  for (let killed = 0; killed < kills; killed++) {
    const before = load.told.delivered.size;
    await until(() => load.told.delivered.size > before + 20, 'deliveries');
    process.kill(postmasterOf(world), 'SIGKILL');
    await sleep(300);
    const since = load.told.delivered.size;
    await until(() => load.told.delivered.size > since + 20, 'deliveries after the restart', 40_000);
  }
  await load.stop();
  const { told } = load;
  expect(told.delivered.size).toBeGreaterThan(kills * 40);
  expect(told.broken).toBe(0);
  const problems = [...told.problems.keys()];
  expect(problems.filter((each) => !/^503 (database-unavailable|ledger-unavailable|subject-busy)$/.test(each))).toEqual(
    [],
  );
  expect(problems.length, 'the kills were felt').toBeGreaterThan(0);
  await allOnRecord(told);
  expect(await ledgerVerify(world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});

it('a gateway, under load: after it came back every delivery is on record, and the ledger is whole', async () => {
  const [, doomed] = world.gateways;
  if (doomed === undefined) throw new RangeError('there is no second gateway');
  const load = planLoad(
    clients(() => world.client(roles.probation, 1)),
    persons,
  );
  await until(() => load.told.delivered.size > 60, 'deliveries');
  doomed.kill('SIGKILL');
  await doomed.exited;
  await load.stop();
  expect(load.told.broken).toBeGreaterThan(0);

  const after: ReplacementGateway = await replacementGateway(world);
  try {
    await allOnRecord(load.told);
    const client = after.client(roles.probation);
    const [person] = persons;
    if (person === undefined) throw new RangeError('nobody to ask about');
    expect((await client.post('/v1/requests', planQuestion(person))).status).toBe(200);
    client.close();
  } finally {
    await after.stop();
  }
  expect(await ledgerVerify(world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});

it('every instance began, and its mark outside the database names a head that is on record, the killed one’s too', async () => {
  const kept = await readMarkFiles(join(world.dataDir, 'marks'));
  const { rows } = await owner.query<{ instance: string; last: number; begins: number }>(
    `SELECT instance, max(flush) AS last, (count(*) FILTER (WHERE sequence = 1 AND kind = 'heartbeat'))::integer AS begins
     FROM ledger_entry GROUP BY instance ORDER BY instance`,
  );
  expect(rows.length).toBeGreaterThanOrEqual(4);
  expect(rows.map(({ begins }) => begins)).toEqual(rows.map(() => 1));
  expect(kept.map(({ instance }) => instance)).toEqual(rows.map(({ instance }) => instance));
  for (const [index, { mark, instance }] of kept.entries()) {
    if (mark === null) throw new Error('what is kept is no mark');
    const { rows: found } = await owner.query('SELECT 1 FROM ledger_flush WHERE instance = $1 AND head = $2', [
      instance,
      flushHeadHash(mark.head),
    ]);
    expect(found).toHaveLength(1);
    // Whoever was killed between COMMIT and mark had not told anybody yet.
    expect(mark.head.number).toBeGreaterThanOrEqual((rows[index]?.last ?? 0) - 1);
  }
});
