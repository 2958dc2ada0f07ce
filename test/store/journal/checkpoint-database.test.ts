import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkpointDatabase, SameDatabase } from '../../../src/store/journal/checkpoint-database.ts';
import { openPool } from '../../../src/store/pool.ts';
import { cuttingProxy } from '../../world/cutting-proxy.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { type OtherDatabase, otherDatabase } from '../../world/other-database.ts';

let ledger: FreshDatabase;
let other: OtherDatabase;
beforeEach(async () => {
  ledger = await freshDatabase();
  other = await otherDatabase();
});
afterEach(async () => {
  await other.drop();
  await ledger.drop();
});

const open = (origin = 'a/log') => checkpointDatabase(other.pool, origin, ledger.pools.sequencer);

describe('the checkpoint in a second database', () => {
  test('lets exactly one successor through, also when many try, and survives a new opening', async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => open()));
    let last: string | null = null;
    for (let round = 0; round < 20; round++) {
      const tries = await Promise.all(stores.map((each, n) => each.swap(last, `note ${round} of ${n}\n`)));
      expect(tries.filter(Boolean)).toHaveLength(1);
      const expected: string = `note ${round} of ${tries.indexOf(true)}\n`;
      last = await (await open()).read();
      expect(last).toBe(expected);
    }
    expect(await stores[0]?.swap(null, 'from the beginning\n')).toBe(false);
    const { rows } = await other.pool.query('SELECT origin, version FROM sluis_checkpoint');
    expect(rows).toEqual([{ origin: 'a/log', version: 20 }]);
  });

  test('keeps the logs that share it apart', async () => {
    const [a, b] = [await open('a/log'), await open('b/log')];
    expect(await a.swap(null, 'note of a\n')).toBe(true);
    expect(await b.read()).toBeNull();
    expect(await b.swap(null, 'note of b\n')).toBe(true);
    expect(await a.read()).toBe('note of a\n');
  });

  test('may not be the database of the ledger, under whatever login', async () => {
    for (const pool of [ledger.pools.owner, ledger.pools.serve, ledger.pools.sequencer]) {
      await expect(checkpointDatabase(pool, 'a/log', ledger.pools.sequencer)).rejects.toThrow(SameDatabase);
    }
  });

  test('is refused where it would not keep what it acknowledged', async () => {
    const name = new URL(other.url).pathname.slice(1);
    await other.pool.query(`ALTER DATABASE "${name}" SET synchronous_commit = off`);
    const careless = openPool(other.url, { max: 1, durable: false });
    await expect(checkpointDatabase(careless, 'a/log', ledger.pools.sequencer)).rejects.toThrow('synchronous_commit');
    await careless.end();
  });

  test('that does not answer is told, since nothing can be signed without it', async () => {
    const proxy = await cuttingProxy(other.url);
    const pool = openPool(proxy.url, { max: 1 });
    const store = await checkpointDatabase(pool, 'a/log', ledger.pools.sequencer);
    proxy.cut = 'away';
    proxy.sever();
    await expect(store.read()).rejects.toThrow('does not answer');
    await expect(store.swap(null, 'x\n')).rejects.toThrow('does not answer');
    proxy.cut = 'none';
    expect(await store.read()).toBeNull();
    await pool.end();
    await proxy.close();
  });

  test('goes with a login that may not make tables, where the table is there', async () => {
    await open();
    const role = new URL(ledger.urls.serve);
    await other.pool.query(`REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
    await other.pool.query(`GRANT SELECT, INSERT, UPDATE ON sluis_checkpoint TO "${role.username}"`);
    role.pathname = new URL(other.url).pathname;
    const plain = openPool(role.href, { max: 1 });
    const store = await checkpointDatabase(plain, 'a/log', ledger.pools.sequencer);
    expect(await store.swap(null, 'note\n')).toBe(true);
    await plain.end();
  });
});
