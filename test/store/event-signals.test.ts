import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EventSignals, eventSignals } from '../../src/store/event-signals.ts';
import { openPool } from '../../src/store/pool.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

interface Gateway {
  readonly signals: EventSignals;
  heard: number;
  end(): Promise<void>;
}

async function gateway(): Promise<Gateway> {
  const pool = openPool(database.urls.serve, { max: 2, name: 'signals' });
  const found: Gateway = {
    signals: eventSignals(pool, () => {
      found.heard += 1;
    }),
    heard: 0,
    async end() {
      await found.signals.close();
      await pool.end();
    },
  };
  await until(() => found.heard > 0);
  return found;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited++) {
    if (waited === 200) throw new Error('it did not come to that');
    await sleep(25);
  }
}

test('what one gateway tells all hear, once for many that come together', async () => {
  const [one, two] = [await gateway(), await gateway()];
  const before = [one.heard, two.heard];
  for (let written = 0; written < 500; written++) one.signals.tell();
  await until(() => one.heard > (before[0] ?? 0) && two.heard > (before[1] ?? 0));
  await sleep(200);
  expect([one.heard - (before[0] ?? 0), two.heard - (before[1] ?? 0)]).toEqual([1, 1]);
  await Promise.all([one.end(), two.end()]);
});

test('a connection that breaks is made anew, and what was missed is looked for', async () => {
  const one = await gateway();
  const before = one.heard;
  const { rowCount } = await database.pools.owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'signals' AND query LIKE 'LISTEN%'`,
  );
  expect(rowCount).toBe(1);
  await until(() => one.heard > before);
  const again = one.heard;
  one.signals.tell();
  await until(() => one.heard > again);
  await one.end();
});

test('who has closed tells nobody, and closes while the database is away', async () => {
  const away = openPool('postgres://nobody:x@127.0.0.1:1/none', { max: 1, connectTimeoutMs: 200 });
  const signals = eventSignals(away, () => {
    throw new Error('nothing is heard');
  });
  await sleep(100);
  await signals.close();
  signals.tell();
  await away.end();
});
