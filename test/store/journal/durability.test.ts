import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NotDurable, refuseForgetful } from '../../../src/store/durability.ts';
import { openPool, surviveLostConnections } from '../../../src/store/pool.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { entry, journalOn, seedWorld, work } from '../../world/journal-world.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
});
afterEach(() => database.drop());

/** As behind a pooler that drops what a client asks for at the start: the role's own settings hold. */
const poolWithoutSettings = () =>
  surviveLostConnections(new pg.Pool({ connectionString: database.urls.serve, max: 3 }));
const setForDatabase = (value: string) =>
  database.pools.owner.query(
    `ALTER DATABASE ${pg.escapeIdentifier(new URL(database.urls.owner).pathname.slice(1))} SET synchronous_commit = ${value}`,
  );

test.each(['fsync', 'full_page_writes', 'synchronous_commit'])('%s off is refused by its name', (setting) => {
  const good = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };
  expect(() => refuseForgetful(good)).not.toThrow();
  expect(() => refuseForgetful({ ...good, synchronous_commit: 'local' })).not.toThrow();
  expect(() => refuseForgetful({ ...good, [setting]: 'off' })).toThrow(new NotDurable(setting));
  const { [setting as 'fsync']: _, ...missing } = good;
  expect(() => refuseForgetful(missing)).toThrow();
  expect(() => refuseForgetful(undefined)).toThrow();
});

test('the gateway asks for it in each of its sessions, whatever role and database say', async () => {
  await setForDatabase('off');
  const pool = openPool(database.urls.serve, { max: 2 });
  const { rows } = await pool.query('SHOW synchronous_commit');
  expect(rows).toEqual([{ synchronous_commit: 'on' }]);
  const journal = await journalOn({ ...database.pools, serve: pool });
  expect((await journal.commit(work(null))).outcome).toBe('durable');
  await journal.close();
  await pool.end();
});

test('a journal does not open on sessions that may forget', async () => {
  await setForDatabase('off');
  const pool = poolWithoutSettings();
  await expect(journalOn({ ...database.pools, serve: pool })).rejects.toThrow(NotDurable);
  await pool.end();
});

test('a journal writes nothing on a session that may forget since it opened', async () => {
  const pool = poolWithoutSettings();
  const journal = await journalOn({ ...database.pools, serve: pool });
  await setForDatabase('off');
  await database.pools.owner.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND datname = current_database()',
    [new URL(database.urls.serve).username],
  );
  const lost = entry();
  await expect(journal.commit(work(null, { entries: [lost] }))).rejects.toMatchObject({ code: 'ledger-unavailable' });
  const { rows } = await database.pools.owner.query('SELECT 1 FROM ledger_entry WHERE id = $1', [lost.id]);
  expect(rows).toEqual([]);
  await journal.close();
  await pool.end();
});
