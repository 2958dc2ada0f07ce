import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256, toBase64Url } from '../../../src/core/ledger/encoding.ts';
import { flushHeadHash } from '../../../src/core/ledger/flush-head.ts';
import type { Mark } from '../../../src/core/ledger/mark.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { openPool } from '../../../src/store/pool.ts';
import { type Cut, type CuttingProxy, cuttingProxy } from '../../world/cutting-proxy.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { entry, journalOn, seedWorld, work } from '../../world/journal-world.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { until } from '../../world/ledger-world.ts';
import { type ReadFlush, readChain } from '../../world/read-chain.ts';

const signer = newSigner();
/** Every head that was ever signed, in order: the text that the key saw. */
const signed: string[] = [];
const marks: Mark[] = [];
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
  signed.length = 0;
  marks.length = 0;
  proxy = await cuttingProxy(database.urls.serve);
  pool = openPool(proxy.url, { connectTimeoutMs: 500, max: 4 });
  const watched = {
    ...signer,
    sign: (message: Buffer) => {
      signed.push(message.toString());
      return signer.sign(message);
    },
  };
  const kept = { write: (mark: Mark) => void marks.push(mark) };
  journal = await journalOn({ ...database.pools, serve: pool }, { signer: watched, marks: kept, outageMs: 6_000 });
});
afterEach(async () => {
  await journal.close();
  await pool.end();
  await proxy.close();
});

const commit = (count = 1) =>
  Promise.all(Array.from({ length: count }, () => journal.commit(work(null, { entries: [entry()] }))));
const chain = (): Promise<readonly ReadFlush[]> => readChain(database.pools.owner, journal.instance, signer.check);

const hashOf = (text: string): string => toBase64Url(sha256(text));

/** Heads whose COMMIT was sent, that are not on record and that no void entry names. */
function unaccounted(flushes: readonly ReadFlush[]): readonly string[] {
  const durable = new Set(flushes.map(({ head }) => flushHeadHash(head).toString('base64url')));
  const named = new Set(
    flushes.flatMap(({ leaves }) =>
      leaves.flatMap(({ kind, body }) =>
        kind === 'void' ? (body.aborted as { head: string }[]).map(({ head }) => head) : [],
      ),
    ),
  );
  return [...new Set(signed)].filter((text) => {
    const head = hashOf(text);
    return !durable.has(head) && !named.has(head);
  });
}

describe('a COMMIT that never came', () => {
  test('gives its numbers to void entries, which name its head; the work is written after them', async () => {
    await commit();
    proxy.cut = 'before-commit';
    const committed = await commit(3);
    expect(committed.map(({ outcome }) => outcome)).toEqual(['durable', 'durable', 'durable']);
    const flushes = await chain();
    expect(flushes.map(({ leaves }) => leaves.map(({ kind }) => kind))).toEqual([
      ['refusal'],
      ['void', 'void', 'void'],
      ['refusal', 'refusal', 'refusal'],
    ]);
    const aborted = signed[1] ?? '';
    expect(aborted.split('\n').slice(2, 5)).toEqual(['2', '2', '3']);
    for (const { body } of flushes[1]?.leaves ?? []) {
      expect(body).toEqual({ aborted: [{ flush: 2, head: hashOf(aborted) }] });
    }
    expect(unaccounted(flushes)).toEqual([]);
  });

  test('again and again: one signed head of void entries, however often it had to be sent', async () => {
    await commit();
    proxy.cut = 'before-commit';
    const waiting = commit();
    for (let turn = 0; turn < 4; turn += 1) {
      await until(() => proxy.cut === 'none', 'the cut');
      proxy.cut = 'before-commit';
    }
    await until(() => proxy.cut === 'none', 'the last cut');
    expect((await waiting)[0]?.outcome).toBe('durable');
    const flushes = await chain();
    expect(
      flushes.flatMap(({ leaves }) => leaves.map(({ kind }) => kind)).filter((kind) => kind === 'void'),
    ).toHaveLength((flushes.at(-1)?.head.first ?? 0) - 2);
    expect(unaccounted(flushes)).toEqual([]);
  });

  test('is made up for though nobody asks for anything any more', async () => {
    await commit();
    proxy.cut = 'before-commit';
    const alone = commit().catch((error: unknown) => error);
    await until(() => proxy.cut === 'none', 'the cut');
    proxy.cut = 'away';
    proxy.sever();
    expect(await alone).toMatchObject({ code: 'ledger-unavailable' });
    proxy.cut = 'none';
    await until(async () => (await chain()).length === 2, 'void entries');
    expect((await chain())[1]?.leaves.map(({ kind }) => kind)).toEqual(['void']);
    await until(() => marks.at(-1)?.head.number === 2, 'its mark');
  });
});

test('a COMMIT that came though its answer did not leaves no void entry', async () => {
  await commit();
  proxy.cut = 'after-commit';
  await commit(2);
  const flushes = await chain();
  expect(flushes.flatMap(({ leaves }) => leaves.map(({ kind }) => kind))).toEqual(['refusal', 'refusal', 'refusal']);
  expect(marks.map(({ head }) => head.number)).toEqual([1, 2]);
});

test('a flush that was rolled back before COMMIT gives its numbers to the next', async () => {
  await commit();
  const taken = entry();
  const [first, second] = await Promise.all([
    journal.commit(work(null, { entries: [taken] })),
    journal.commit(work(null, { entries: [taken] })),
  ]);
  expect([first.outcome, second.outcome].sort()).toEqual(['conflict', 'durable']);
  await commit();
  const flushes = await chain();
  expect(flushes.flatMap(({ leaves }) => leaves.map(({ kind }) => kind))).toEqual(['refusal', 'refusal', 'refusal']);
});

test('cut at random, forty times over: no number stands for two things, and whoever was told durable is there', async () => {
  const cuts: readonly Cut[] = ['before-commit', 'after-commit', 'before-commit', 'away'];
  const acknowledged: string[] = [];
  let isOver = false;
  const writer = async () => {
    while (!isOver) {
      const each = entry();
      const committed = await journal.commit(work(null, { entries: [each] })).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'ledger-unavailable' });
        return null;
      });
      if (committed?.outcome === 'durable') acknowledged.push(each.id);
      await sleep(randomInt(8));
    }
  };
  const writers = Array.from({ length: 6 }, writer);
  const cutAll = async () => {
    for (let round = 0; round < 40; round += 1) {
      const cut = cuts[randomInt(cuts.length)] ?? 'away';
      proxy.cut = cut;
      if (cut === 'away') proxy.sever();
      // A COMMIT comes when the disk has done with the one before: it is waited for, whenever that is.
      else await until(() => proxy.cut === 'none', 'a cut');
      await sleep(randomInt(60));
      proxy.cut = 'none';
      const before = acknowledged.length;
      await until(() => acknowledged.length > before, 'an entry');
    }
  };
  await cutAll().finally(() => {
    isOver = true;
  });
  await Promise.all(writers);
  expect((await commit())[0]?.outcome).toBe('durable');
  const flushes = await chain();
  const leaves = flushes.flatMap((flush) => flush.leaves);
  const ids = leaves.map(({ id }) => id);
  expect(acknowledged.length).toBeGreaterThanOrEqual(40);
  expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(leaves.filter(({ kind }) => kind === 'void').length).toBeGreaterThan(0);
  expect(marks.at(-1)?.head).toEqual(flushes.at(-1)?.head);
});
