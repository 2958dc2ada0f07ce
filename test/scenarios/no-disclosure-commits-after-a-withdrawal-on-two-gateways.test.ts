import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../../src/demo/world.ts';
import { openPool } from '../../src/store/pool.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { disclosureHistory, type Happened, withoutBasis } from './chain/disclosure-history.ts';
import { type LoadReport, mixedLoad } from './chain/mixed-load.ts';
import { detainees, ledgerVerify, postmasterOf, until } from './chain/running-chain.ts';

const operations = 2_000;

let world: World;
let owner: pg.Pool;
let report: LoadReport;
let history: readonly Happened[];
beforeAll(async () => {
  world = await startWorld({
    signals: false,
    persons: 40,
    gateways: 2,
    env: { ...plentyLimits, SLUIS_LOG_LEVEL: 'error' },
  });
  owner = openPool(world.database.owner, { max: 2 });
  await stampCommits();
  report = await mixedLoad(world, detainees(world, 4), { operations, withinMs: 150_000 });
  history = await disclosureHistory(owner);
}, 240_000);
afterAll(async () => {
  await owner?.end();
  await world?.stop();
}, 60_000);

/** A setting of the server's start: it is restarted under the gateways' feet, which must not mind. */
async function stampCommits(): Promise<void> {
  await owner.query('ALTER SYSTEM SET track_commit_timestamp = on');
  process.kill(postmasterOf(world), 'SIGINT');
  const isOn = () =>
    owner.query<{ on: string }>('SHOW track_commit_timestamp').then(
      ({ rows }) => rows.some((row) => Object.values(row).includes('on')),
      () => false,
    );
  await until(isOn, 'a server that stamps its commits');
  for (const gateway of world.gateways.keys()) {
    const visitor = world.visitor(gateway);
    await until(async () => (await visitor.visit('/health')).status === 200, 'a gateway that sees it');
    visitor.close();
  }
}

it('made at least 2,000 operations, with plenty of everything, and no fault', () => {
  const answers = Object.fromEntries([...report.answers].sort());
  expect(report.operations).toBeGreaterThanOrEqual(operations);
  const statuses = new Set([...report.answers.keys()].map((key) => Number(key.split(' ').at(-1))));
  expect([...statuses].filter((status) => ![200, 201, 202, 403, 404, 409, 503].includes(status))).toEqual([]);
  const many = (kind: string, purpose?: string): number =>
    history.filter((happened) => happened.kind === kind && (purpose ?? happened.purpose) === happened.purpose).length;
  const why = JSON.stringify(answers);
  // Enough of each that the race was run; how many there are depends on how busy the machine is.
  expect(many('disclosure', 'plan-basic-conditions'), why).toBeGreaterThan(50);
  expect(many('disclosure', 'housing-placement'), why).toBeGreaterThan(2);
  expect(many('consent-withdrawn'), why).toBeGreaterThan(20);
  expect(many('fact-ended'), why).toBeGreaterThan(40);
});

it('let no disclosure commit after a withdrawal, an ending or a restriction on which it rested', () => {
  expect(withoutBasis(history)).toEqual([]);
});

it('met requests whose basis went away between permit and disclosure, and stopped them', async () => {
  const { rows } = await owner.query(
    `SELECT request_id FROM ledger_entry WHERE kind = 'permit' INTERSECT
     SELECT request_id FROM ledger_entry WHERE kind = 'refusal'`,
  );
  expect(rows.length).toBeGreaterThan(0);
});

it('has on record every disclosure that a partner received, and a ledger that is whole', async () => {
  const { rows } = await owner.query<{ request: string }>(
    `SELECT request_id AS request FROM ledger_entry WHERE kind = 'disclosure'`,
  );
  const recorded = new Set(rows.map(({ request }) => request));
  expect(report.delivered.size).toBeGreaterThan(50);
  expect([...report.delivered].filter((request) => !recorded.has(request))).toEqual([]);
  expect(await ledgerVerify(world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
});

it('would have seen one: a disclosure that is planted in the database after the last withdrawal is found', async () => {
  // The last: it writes into the ledger what no gateway would.
  const { rows } = await owner.query<{ id: string }>(
    `WITH old AS (
       SELECT e.*, o.subject_id, o.ciphertext FROM ledger_entry e JOIN ledger_opening o ON o.entry_id = e.id
       WHERE e.kind = 'disclosure' AND o.name = 'subject' AND e.purpose = 'housing-placement' LIMIT 1
     ), flush AS (
       INSERT INTO ledger_flush SELECT instance, 900000, 900000, 1, '', '', '', (SELECT key_id FROM instance LIMIT 1), ''
       FROM old
     ), entry AS (
       INSERT INTO ledger_entry SELECT gen_random_uuid(), instance, 900000, 900000, kind, time, purpose, source,
         recipient, request_id, leaf, leaf_hash FROM old RETURNING id
     )
     INSERT INTO ledger_opening SELECT entry.id, 'subject', old.subject_id, old.ciphertext FROM entry, old
     RETURNING entry_id AS id`,
  );
  const planted = rows[0]?.id;
  expect(planted).toBeDefined();
  // Every consent was withdrawn at the end of the load.
  expect(withoutBasis(await disclosureHistory(owner))).toEqual([{ entry: planted, lacks: 'consent' }]);
});
