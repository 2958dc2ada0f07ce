import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flushHeadHash } from '../../../src/core/ledger/flush-head.ts';
import type { JournalOptions, OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { openPool } from '../../../src/store/pool.ts';
import { cuttingProxy } from '../../world/cutting-proxy.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { journalOn, seedWorld, work } from '../../world/journal-world.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { until } from '../../world/ledger-world.ts';
import { type ReadLeaf, readChain } from '../../world/read-chain.ts';

const signer = newSigner();
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
});
afterAll(() => database.drop());
// Whoever wrote before is not among the others of the next test.
beforeEach(() => database.pools.owner.query('TRUNCATE ledger_flush, ledger_pending CASCADE'));

const open = (begins: 'at-once' | 'with-first-entry', options: Partial<JournalOptions> = {}): Promise<OpenJournal> =>
  journalOn(database.pools, { signer, heartbeat: { everySeconds: 1, begins }, ...options });
const leavesOf = async ({ instance }: OpenJournal): Promise<readonly ReadLeaf[]> =>
  (await readChain(database.pools.owner, instance, signer.check)).flatMap(({ leaves }) => leaves);
const said = (leaves: readonly ReadLeaf[]) =>
  leaves.map(({ kind, body }) => (kind === 'heartbeat' ? body.phase : kind));
const lastHead = async ({ instance }: OpenJournal) => {
  const head = (await readChain(database.pools.owner, instance, signer.check)).at(-1)?.head;
  return head && { instance, flush: head.number, head: flushHeadHash(head).toString('base64url') };
};

describe('an instance', () => {
  test('begins at once, says that it is there while it has nothing to write, and ends', async () => {
    const journal = await open('at-once');
    await until(async () => said(await leavesOf(journal)).includes('beat'), 'a sign of life');
    await journal.close();
    const leaves = await leavesOf(journal);
    expect(said(leaves).at(0)).toBe('begin');
    expect(said(leaves).at(-1)).toBe('end');
    expect(new Set(said(leaves).slice(1, -1))).toEqual(new Set(['beat']));
    for (const { body } of leaves) expect(body).toMatchObject({ everySeconds: 1, others: [] });
  });

  test('says nothing beside what it writes anyway', async () => {
    const journal = await open('at-once');
    let [beforeMs, longestMs] = [performance.now(), 0];
    for (const endMs = performance.now() + 2_500; performance.now() < endMs; await sleep(100)) {
      await journal.commit(work(null));
      longestMs = Math.max(longestMs, performance.now() - beforeMs);
      beforeMs = performance.now();
    }
    await journal.close();
    const words = said(await leavesOf(journal)).filter((each) => each !== 'refusal');
    // Where the machine stood still for as long as a beat takes, one was rightly said.
    expect(longestMs < 900 ? words : words.filter((each) => each !== 'beat')).toEqual(['begin', 'end']);
  });

  test('that begins with its first entry leaves no trace without one', async () => {
    const silent = await open('with-first-entry');
    const writing = await open('with-first-entry');
    await Promise.all([writing.commit(work(null)), writing.commit(work(null))]);
    await sleep(1_200);
    await Promise.all([silent.close(), writing.close()]);
    expect(await leavesOf(silent)).toEqual([]);
    const words = said(await leavesOf(writing));
    expect(words.slice(0, 3)).toEqual(['begin', 'refusal', 'refusal']);
    expect(words.at(-1)).toBe('end');
  });

  test('says its last word after everything that it was asked for, and takes nothing more', async () => {
    const journal = await open('with-first-entry');
    const asked = Array.from({ length: 20 }, () => journal.commit(work(null)));
    await asked[0];
    const closing = journal.close();
    await expect(journal.commit(work(null))).rejects.toMatchObject({ code: 'ledger-unavailable' });
    expect((await Promise.all(asked)).every(({ outcome }) => outcome === 'durable')).toBe(true);
    await closing;
    expect(said(await leavesOf(journal)).at(-1)).toBe('end');
    expect(await leavesOf(journal)).toHaveLength(22);
  });

  test('without signs of life has none', async () => {
    const journal = await journalOn(database.pools, { signer });
    await journal.commit(work(null));
    await journal.close();
    expect(said(await leavesOf(journal))).toEqual(['refusal']);
  });
});

describe('the others', () => {
  test('are named with their latest head, and again only when they wrote since', async () => {
    const quiet = await journalOn(database.pools, { signer });
    await quiet.commit(work(null));
    await quiet.commit(work(null));
    const before = await lastHead(quiet);
    const journal = await open('at-once');
    await until(async () => (await leavesOf(journal)).length >= 2, 'a first sign of life');
    const late = await journalOn(database.pools, { signer });
    await late.commit(work(null));
    await quiet.commit(work(null));
    await until(async () => (await leavesOf(journal)).length >= 4, 'more signs of life');
    await journal.close();
    const others = (await leavesOf(journal)).map(({ body }) => body.others as { instance: string }[]);
    expect(others[0]).toEqual([before]);
    expect(others[1]).toEqual([]);
    const named = others.slice(2).flat();
    expect(named.toSorted((a, b) => (a.instance < b.instance ? -1 : 1))).toEqual(
      [await lastHead(quiet), await lastHead(late)].toSorted((a, b) =>
        (a?.instance ?? '') < (b?.instance ?? '') ? -1 : 1,
      ),
    );
    await Promise.all([quiet.close(), late.close()]);
  });
});

describe('while the database is away', () => {
  test('nobody is held up by the end, and a sign of life that failed is given when it is back', async () => {
    const proxy = await cuttingProxy(database.urls.serve);
    const pool = openPool(proxy.url, { connectTimeoutMs: 500, max: 3 });
    const alarms: string[] = [];
    const options = {
      servePool: pool,
      outageMs: 400,
      onAlarm: (alarm: string) => void alarms.push(alarm),
    };
    // Who stays has time to say its last word; who ends must not be held up.
    const staying = await open('at-once', { ...options, outageMs: 2_000 });
    const ending = await open('at-once', options);
    await until(async () => (await leavesOf(staying)).length > 0 && (await leavesOf(ending)).length > 0, 'beginnings');
    proxy.cut = 'away';
    proxy.sever();
    const startMs = performance.now();
    await ending.close();
    expect(performance.now() - startMs).toBeLessThan(2_000);
    await until(() => alarms.length > 0, 'a sign of life that failed');
    proxy.cut = 'none';
    const count = (await leavesOf(staying)).length;
    await until(async () => (await leavesOf(staying)).length > count, 'a sign of life');
    expect(said(await leavesOf(ending)).at(-1)).not.toBe('end');
    await staying.close();
    expect(said(await leavesOf(staying)).at(-1)).toBe('end');
    await pool.end();
    await proxy.close();
  });

  test('the beginning waits, and is the first entry all the same', async () => {
    const proxy = await cuttingProxy(database.urls.serve);
    const pool = openPool(proxy.url, { connectTimeoutMs: 500, max: 3 });
    const journal = await open('with-first-entry', { servePool: pool });
    proxy.cut = 'before-commit';
    expect((await journal.commit(work(null))).outcome).toBe('durable');
    expect(proxy.cut).toBe('none');
    expect(said(await leavesOf(journal))).toEqual(['begin', 'refusal']);
    await journal.close();
    await pool.end();
    await proxy.close();
  });
});
