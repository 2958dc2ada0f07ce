import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LedgerSigner } from '../../../src/core/ledger/ports.ts';
import { checkpointDatabase } from '../../../src/store/journal/checkpoint-database.ts';
import { checkpointFile } from '../../../src/store/journal/checkpoint-file.ts';
import type { LedgerAlarm } from '../../../src/store/journal/ledger-alarm.ts';
import { type Sequencer, startSequencer } from '../../../src/store/journal/sequencer.ts';
import { openPool } from '../../../src/store/pool.ts';
import { entry, journalOn, work } from '../../world/journal-world.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { type LedgerWorld, ledgerWorld, origin, until } from '../../world/ledger-world.ts';
import { type OtherDatabase, otherDatabase } from '../../world/other-database.ts';

let world: LedgerWorld;
let other: OtherDatabase;
let ends: (() => Promise<unknown>)[];
let signer: LedgerSigner;
beforeEach(async () => {
  world = await ledgerWorld();
  other = await otherDatabase();
  signer = newSigner();
  ends = [];
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  await other.drop();
  await world.end();
});

interface Watched {
  readonly refused: (LedgerAlarm | null)[];
  readonly running: Sequencer;
}

/** A gateway's sequencer on this database, with its last checkpoint there. */
async function sequence(url: string, directory: string | null = null): Promise<Watched> {
  const pool = openPool(url, { max: 2 });
  const store = directory === null ? await checkpointDatabase(other.pool, origin, pool) : checkpointFile(directory);
  const refused: (LedgerAlarm | null)[] = [];
  const onAlarm = (_: string, alarm: LedgerAlarm | null) => void refused.push(alarm);
  const running = startSequencer({ pool, signer, origin, store, intervalMs: 10, leaseMs: 200, onAlarm });
  ends.push(async () => {
    await running.stop();
    await pool.end();
  });
  return { refused, running };
}

async function size(url = world.database.urls.owner): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT coalesce(max(size), 0)::integer AS size FROM ledger_checkpoint');
  await client.end();
  return Number(rows[0]?.size);
}

const signed = (count: number, url?: string) =>
  until(async () => (await size(url)) === count, `a checkpoint of ${count}`);

/** A copy of the ledger's database as it is now: what a backup holds, or a fork begins with. */
async function clone(): Promise<{ readonly sequencer: string; readonly owner: string; write(): Promise<void> }> {
  const { urls } = world.database;
  const name = `${new URL(urls.owner).pathname.slice(1, 40)}_${randomBytes(4).toString('hex')}`;
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const admin = new pg.Client({ connectionString: Object.assign(new URL(urls.owner), { pathname: '/postgres' }).href });
  await admin.connect();
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
    new URL(urls.owner).pathname.slice(1),
  ]);
  await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${new URL(urls.owner).pathname.slice(1)}"`);
  await admin.end();
  const serve = openPool(at(urls.owner), { max: 2 });
  const journal = await journalOn({ serve, vault: world.database.pools.vault });
  ends.unshift(async () => {
    await journal.close();
    await serve.end();
    const again = new pg.Client({
      connectionString: Object.assign(new URL(urls.owner), { pathname: '/postgres' }).href,
    });
    await again.connect();
    await again.query(`DROP DATABASE "${name}" WITH (FORCE)`);
    await again.end();
  });
  const write = async () => {
    expect((await journal.commit(work(null, { entries: [entry()] }))).outcome).toBe('durable');
  };
  return { sequencer: at(urls.owner), owner: at(urls.owner), write };
}

async function asSuperuser(url: string, ...changes: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SET session_replication_role = replica');
  for (const change of changes) await client.query(change);
  await client.end();
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
}

describe('is refused, never signed over, and told once', () => {
  test('an older backup that was restored', async () => {
    const first = await sequence(world.database.urls.sequencer);
    await world.write(3);
    await signed(3);
    await first.running.stop();
    const backup = await clone();
    const second = await sequence(world.database.urls.sequencer);
    await world.write(4);
    await signed(7);
    await second.running.stop();
    const restored = await sequence(backup.sequencer);
    await backup.write();
    await until(() => restored.refused.length > 0, 'an alarm');
    await settle();
    expect(restored.refused.map((alarm) => [alarm?.refusal, alarm?.signed])).toEqual([['entries-gone', 7]]);
    expect(await size(backup.owner)).toBe(3);
    // It is left as it was found: what waits stays where it waits.
    await expect(
      asSuperuser(backup.owner, 'SELECT 1 / (SELECT count(*) FROM ledger_pending)'),
    ).resolves.toBeUndefined();
  });

  test('the branch of a forked database that comes second, also when it grows longer', async () => {
    const first = await sequence(world.database.urls.sequencer);
    await world.write(5);
    await signed(5);
    await first.running.stop();
    const fork = await clone();
    const original = await sequence(world.database.urls.sequencer);
    await world.write(1);
    await signed(6);
    const forked = await sequence(fork.sequencer);
    await until(() => forked.refused.length > 0, 'an alarm');
    for (let n = 0; n < 4; n++) await fork.write();
    await settle();
    expect(await size(fork.owner)).toBe(5);
    expect(new Set(forked.refused.map((alarm) => alarm?.refusal))).toEqual(new Set(['entries-gone']));
    await world.write(1);
    await signed(7);
    expect(original.refused).toEqual([]);
  });

  test('one of two branches that run at the same time: whichever publishes second', async () => {
    const first = await sequence(world.database.urls.sequencer);
    await world.write(2);
    await signed(2);
    await first.running.stop();
    const fork = await clone();
    const both = [await sequence(world.database.urls.sequencer), await sequence(fork.sequencer)];
    await Promise.all([world.write(1), fork.write()]);
    await until(() => both.some(({ refused }) => refused.length > 0), 'an alarm');
    await settle();
    expect(both.filter(({ refused }) => refused.length > 0)).toHaveLength(1);
    const sizes = [await size(), await size(fork.owner)];
    expect(sizes.toSorted((a, b) => a - b)).toEqual([2, 3]);
  });

  test('a ledger whose tail was cut off with everything that tells of it, and one that was rewritten', async () => {
    const first = await sequence(world.database.urls.sequencer);
    await world.write(6);
    await signed(6);
    await first.running.stop();
    const [cut, rewritten] = [await clone(), await clone()];
    await asSuperuser(
      cut.owner,
      'DELETE FROM ledger_tree WHERE index >= 4',
      'UPDATE ledger_tile SET hashes = substring(hashes FOR 4 * 32)',
      'DELETE FROM ledger_checkpoint WHERE size > 4',
    );
    await asSuperuser(
      rewritten.owner,
      `UPDATE ledger_tile SET hashes = overlay(hashes PLACING sha256('another leaf') FROM 33 FOR 32)`,
      'DELETE FROM ledger_checkpoint',
    );
    const watched = [await sequence(cut.sequencer), await sequence(rewritten.sequencer)];
    await until(() => watched.every(({ refused }) => refused.length > 0), 'two alarms');
    await rewritten.write();
    await settle();
    expect(watched.map(({ refused }) => refused.map((alarm) => alarm?.refusal))).toEqual([
      ['entries-gone'],
      ['history-differs'],
    ]);
    expect(await size(rewritten.owner)).toBe(0);
  });

  test('a tree with a tile that is gone', async () => {
    const first = await sequence(world.database.urls.sequencer);
    await world.write(6);
    await signed(6);
    await first.running.stop();
    await asSuperuser(world.database.urls.owner, 'DELETE FROM ledger_tile');
    const { refused } = await sequence(world.database.urls.sequencer);
    await until(() => refused.length > 0, 'an alarm');
    expect(refused.map((alarm) => alarm?.refusal)).toEqual(['tree-damaged']);
  });

  test('a host with a file of its own, empty or old, beside one that signs; and the other goes on', async () => {
    const [mine, theirs] = [path.join(world.directory, 'host-a'), path.join(world.directory, 'host-b')];
    const first = await sequence(world.database.urls.sequencer, mine);
    await world.write(2);
    await signed(2);
    // The file of the second host, as somebody copied it once.
    await checkpointFile(theirs).swap(null, (await checkpointFile(mine).read()) ?? '');
    await world.write(1);
    await signed(3);
    await first.running.stop();
    const behind = await sequence(world.database.urls.sequencer, theirs);
    await until(() => behind.refused.length > 0, 'an alarm');
    const empty = await sequence(world.database.urls.sequencer, path.join(world.directory, 'host-c'));
    await until(() => empty.refused.length > 0, 'an alarm');
    const again = await sequence(world.database.urls.sequencer, mine);
    await world.write(1);
    await signed(4);
    expect(again.refused).toEqual([]);
    // Each is told once, however much another signs meanwhile; they look again once that one ends.
    await again.running.stop();
    await settle();
    expect([behind, empty].map(({ refused }) => refused.map((alarm) => alarm?.refusal))).toEqual([
      ['store-behind'],
      ['store-empty'],
    ]);
    expect(behind.refused[0]?.signed).toBe(3);
  });

  test('a checkpoint in the database that is not the one outside it', async () => {
    const first = await sequence(world.database.urls.sequencer);
    await world.write(2);
    await signed(2);
    await first.running.stop();
    await asSuperuser(world.database.urls.owner, `UPDATE ledger_checkpoint SET root = sha256('another')`);
    const { refused } = await sequence(world.database.urls.sequencer);
    await until(() => refused.length > 0, 'an alarm');
    expect(refused.map((alarm) => alarm?.refusal)).toEqual(['history-differs']);
  });
});
