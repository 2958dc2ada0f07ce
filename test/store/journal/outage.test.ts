import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { keyRing } from '../../../src/store/journal/key-ring.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { verifyStoredLedger } from '../../../src/store/journal/verify-ledger.ts';
import { openPool } from '../../../src/store/pool.ts';
import { type Cut, type CuttingProxy, cuttingProxy } from '../../world/cutting-proxy.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { entry, journalOn, seedWorld, work } from '../../world/journal-world.ts';
import { newSigner } from '../../world/ledger-keys.ts';

const signer = newSigner();
let database: FreshDatabase;
let proxy: CuttingProxy;
let pool: pg.Pool;
let journal: OpenJournal;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
});

afterAll(() => database.drop());

beforeEach(async () => {
  proxy = await cuttingProxy(database.urls.serve);
  pool = openPool(proxy.url, { connectTimeoutMs: 500 });
  journal = await journalOn({ serve: pool, vault: database.pools.vault }, { signer });
});

afterEach(async () => {
  await journal.close();
  await pool.end();
  await proxy.close();
});

/** How often an entry is on record. */
async function times(id: string): Promise<number> {
  return (await database.pools.owner.query('SELECT 1 FROM ledger_entry WHERE id = $1', [id])).rows.length;
}

async function problems(): Promise<unknown> {
  const report = await verifyStoredLedger({
    pool: database.pools.serve,
    keys: keyRing([signer.jwk]),
    origin: 'none',
    checkpointKey: { name: 'none', publicKey: signer.publicKey, check: signer.check },
  });
  return report.problems;
}

test.each<Cut>(['before-commit', 'after-commit'])(
  'a connection cut %s: the lane looks first, and every work is on record exactly once',
  async (cut) => {
    await journal.commit(work(null));
    proxy.cut = cut;
    const entries = Array.from({ length: 20 }, () => entry());
    const committed = await Promise.all(entries.map((each) => journal.commit(work(null, { entries: [each] }))));
    expect(committed.map(({ outcome }) => outcome)).toEqual(entries.map(() => 'durable'));
    expect(proxy.cut).toBe('none');
    for (const { id } of entries) expect(await times(id)).toBe(1);
    expect(await problems()).toEqual([]);
  },
);

test('a COMMIT that is never answered: the caller gets a fault in time, and its number is not used twice', async () => {
  await journal.commit(work(null));
  proxy.cut = 'silent-commit';
  const doubted = entry();
  const startMs = performance.now();
  const outcome = await journal.commit(work(null, { entries: [doubted] })).then(
    ({ outcome: found }) => found,
    (error: unknown) => error,
  );
  expect(performance.now() - startMs).toBeLessThan(6000);
  expect(outcome === 'durable' || (outcome instanceof Error && 'code' in outcome)).toBe(true);
  expect((await journal.commit(work(null))).outcome).toBe('durable');
  expect(await times(doubted.id)).toBe(1);
  expect(await problems()).toEqual([]);
});

test('a database that is away: a fault promptly and nothing written; when it returns, work goes on', async () => {
  await journal.commit(work(null));
  proxy.cut = 'away';
  proxy.sever();
  const lost = Array.from({ length: 5 }, () => entry());
  const startMs = performance.now();
  const outcomes = await Promise.allSettled(lost.map((each) => journal.commit(work(null, { entries: [each] }))));
  expect(performance.now() - startMs).toBeLessThan(3000);
  for (const each of outcomes) expect(each).toMatchObject({ reason: { code: 'ledger-unavailable' } });
  proxy.cut = 'none';
  expect((await journal.commit(work(null))).outcome).toBe('durable');
  for (const { id } of lost) expect(await times(id)).toBe(0);
  expect(await problems()).toEqual([]);
});

test('a database that is away for a moment costs nobody anything', async () => {
  proxy.cut = 'away';
  proxy.sever();
  const waiting = journal.commit(work(null));
  await sleep(300);
  proxy.cut = 'none';
  expect((await waiting).outcome).toBe('durable');
});

test('backends killed again and again while hundreds write: what was acknowledged is there, once, and gap-free', async () => {
  let isOver = false;
  const acknowledged: string[] = [];
  // Every connection gets as far as a machine of any speed brings it: some are killed at once, others in mid-work.
  const workIsUnderWay = async (before: number) => {
    const limitMs = performance.now() + 1000;
    while (!isOver && acknowledged.length === before && performance.now() < limitMs) await sleep(1);
  };
  const killing = (async () => {
    for (let kill = 0; !isOver; kill++) {
      await database.pools.owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE usename = $1 AND datname = current_database()`,
        [new URL(database.urls.serve).username],
      );
      if (kill % 3 > 0) await workIsUnderWay(acknowledged.length);
      await sleep((kill % 7) * 6);
    }
  })();
  const writer = async () => {
    for (let n = 0; n < 30; n++) {
      const each = entry();
      const committed = await journal.commit(work(null, { entries: [each] })).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'ledger-unavailable' });
        return null;
      });
      if (committed?.outcome === 'durable') acknowledged.push(each.id);
    }
  };
  await Promise.all(Array.from({ length: 16 }, writer));
  isOver = true;
  await killing;
  expect(acknowledged.length).toBeGreaterThan(100);
  const { rows } = await database.pools.owner.query('SELECT id FROM ledger_entry WHERE id = ANY ($1)', [acknowledged]);
  expect(rows).toHaveLength(acknowledged.length);
  expect((await journal.commit(work(null))).outcome).toBe('durable');
  expect(await problems()).toEqual([]);
});
