import { setTimeout as sleep } from 'node:timers/promises';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Instant, instant } from '../../../src/core/brand.ts';
import { type KeySweep, startKeySweep } from '../../../src/store/vault/start-key-sweep.ts';
import { sweepOrphanKeys, TooManyOrphans } from '../../../src/store/vault/sweep-orphan-keys.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { seedSubject } from '../../world/journal-world.ts';
import { newCipher } from '../../world/ledger-keys.ts';

const cipher = newCipher();
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(() => database.pools.vaultOwner.query('TRUNCATE vault.subject_key'));
afterAll(() => database.drop());

const pools = () => ({ ledger: database.pools.eraser, vault: database.pools.vaultEraser });
const inHours = (hours: number): Instant => instant(new Date(Date.now() + hours * 3_600_000));

/** Keys of nobody, as a gateway leaves one that is killed in between. */
async function orphans(count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => v7());
  await database.pools.vault.query(
    'INSERT INTO vault.subject_key SELECT id, $2, now() FROM unnest($1::uuid[]) AS given (id)',
    [ids, cipher.newKey()],
  );
}

async function keys(): Promise<readonly string[]> {
  const { rows } = await database.pools.vaultOwner.query<{ id: string }>(
    'SELECT subject_id AS id FROM vault.subject_key ORDER BY 1',
  );
  return rows.map(({ id }) => id);
}

it('removes a key that nobody came to have, after a day, and no other', async () => {
  const somebody = await seedSubject(database.pools, cipher);
  await orphans(2);
  expect((await sweepOrphanKeys(pools(), inHours(23))).removed).toBe(0);
  expect(await keys()).toHaveLength(3);
  expect((await sweepOrphanKeys(pools(), inHours(25))).removed).toBe(2);
  expect(await keys()).toEqual([somebody]);
});

it('goes on where it stopped, over more than one page', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => seedSubject(database.pools, cipher)));
  const many = Array.from({ length: 5_000 }, () => v7());
  const { owner, vaultOwner } = database.pools;
  await owner.query('INSERT INTO subject (id, created_at) SELECT unnest($1::uuid[]), now()', [many]);
  await vaultOwner.query('INSERT INTO vault.subject_key SELECT id, $2, now() FROM unnest($1::uuid[]) AS given (id)', [
    many,
    cipher.newKey(),
  ]);
  const first = await sweepOrphanKeys(pools(), inHours(25));
  expect(first.removed).toBe(0);
  await orphans(3);
  const second = await sweepOrphanKeys(pools(), inHours(26), first.looked);
  expect(second.removed).toBe(3);
  expect(await keys()).toEqual([...people, ...many].sort());
});

it('removes nothing where many are unknown: then it is the ledger that is not the right one', async () => {
  await orphans(1001);
  await expect(sweepOrphanKeys(pools(), inHours(25))).rejects.toThrow(TooManyOrphans);
  expect(await keys()).toHaveLength(1001);
});

it('removes nothing while the ledger cannot be asked, and tries again', async () => {
  await orphans(1);
  const faults: unknown[] = [];
  const { owner } = database.pools;
  const eraser = new URL(database.urls.eraser).username;
  await owner.query(`REVOKE SELECT ON subject FROM "${eraser}"`);
  let sweep: KeySweep | null = null;
  try {
    sweep = startKeySweep({
      pools: pools(),
      now: () => inHours(25),
      everyMs: 50,
      onFault: (error) => faults.push(error),
    });
    while (faults.length < 2) await sleep(10);
    expect(await keys()).toHaveLength(1);
    await owner.query(`GRANT SELECT ON subject TO "${eraser}"`);
    for (let turn = 0; turn < 200 && (await keys()).length > 0; turn++) await sleep(20);
    expect(await keys()).toEqual([]);
  } finally {
    await sweep?.stop();
  }
});
