import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Receipt } from '../../src/core/ledger/entry.ts';
import { chanceFrom } from './tamper-matrix/chance.ts';
import { covered, deleteTail, rewritePending } from './tamper-matrix/consistent.ts';
import { inPlace } from './tamper-matrix/in-place.ts';
import { type Known, type TamperedWorld, tamperedWorld } from './tamper-matrix/tampered-world.ts';

/**
 * What a superuser of the database can do to the ledger, at random places: each change is exported as the database
 * then is, and must be found in the export with nothing but public keys and what was published before.
 */
const seed = Number(process.env.SLUIS_TAMPER_SEED ?? Date.now() % 1_000_000);
const chance = chanceFrom(seed);
const rounds = { inPlace: 20, covered: 20, pending: 25 };

let world: TamperedWorld;
let played = 0;
const kinds = new Set<string>();

beforeAll(async () => {
  world = await tamperedWorld();
});

afterAll(async () => {
  // What was undone after each round was undone.
  expect((await world.round(async () => undefined, checkpointOnly())).problems).toEqual([]);
  process.stdout.write(`tamper matrix: ${played} rounds of ${kinds.size} kinds, seed ${seed}\n`);
  await world.end();
});

const checkpointOnly = (): Known => ({ notes: [{ where: 'published before', note: world.note }] });
const oneReceipt = (receipt: Receipt): Known => ({ receipts: [{ where: 'one receipt', receipt }] });
const oneMark = (n: number): Known => ({ marks: world.marks.slice(n, n + 1) });

async function mustBeFound(kind: string, tamper: Parameters<TamperedWorld['round']>[0], known: Known) {
  const report = await world.round(tamper, known);
  played += 1;
  kinds.add(kind);
  expect(report.problemCount, `${kind}, seed ${seed}`).toBeGreaterThan(0);
}

test('nobody changed anything: whole, with everything that anybody has', async () => {
  const receipts = world.receipts.map((receipt, n) => ({ where: `receipt ${n}`, receipt }));
  const report = await world.round(async () => undefined, { ...checkpointOnly(), marks: world.marks, receipts });
  expect(report).toMatchObject({
    problems: [],
    treeSize: world.size,
    checked: { marks: 2, receipts: receipts.length },
  });
  expect(report.pending).toBe(receipts.length);
});

describe('with one checkpoint that was published before', () => {
  test.each(Object.entries(inPlace))('%s', async (kind, tamper) => {
    for (let n = 0; n < rounds.inPlace; n++)
      await mustBeFound(kind, (client) => tamper(client, chance), checkpointOnly());
  });

  test.each(Object.entries(covered))('%s', async (kind, rewrite) => {
    for (let n = 0; n < rounds.covered; n++) {
      await mustBeFound(kind, (client) => rewrite(client, chance, world), checkpointOnly());
    }
  });
});

describe('where no checkpoint covers it yet', () => {
  const someReceipt = () => world.receipts[chance.below(world.receipts.length)] as Receipt;

  test('delete the last flushes of an instance as if they had never been, with one receipt', async () => {
    for (let n = 0; n < rounds.pending; n++) {
      const receipt = someReceipt();
      const { instance, number } = receipt.flush;
      await mustBeFound('delete pending', (client) => deleteTail(client, instance, number), oneReceipt(receipt));
    }
  });

  test('delete the last flush of an instance as if it had never been, with its mark', async () => {
    for (let n = 0; n < rounds.pending; n++) {
      const which = n % world.marks.length;
      const instance = world.marks[which]?.instance ?? '';
      const last = Math.max(
        ...world.receipts.filter(({ flush }) => flush.instance === instance).map(({ flush }) => flush.number),
      );
      await mustBeFound('delete pending', (client) => deleteTail(client, instance, last), oneMark(which));
    }
  });

  test('rewrite an entry with the key of the instances, with the receipt that was given for it', async () => {
    for (let n = 0; n < rounds.pending; n++) {
      const receipt = someReceipt();
      const { id } = JSON.parse(receipt.leaf);
      await mustBeFound('rewrite pending', (client) => rewritePending(client, world, id), oneReceipt(receipt));
    }
  });

  test.each([
    ['take an entry out of the queue', 'DELETE FROM ledger_pending WHERE entry_id = $1'],
    ['queue another hash', `UPDATE ledger_pending SET leaf_hash = sha256(leaf_hash) WHERE entry_id = $1`],
    ['queue it as another', 'UPDATE ledger_pending SET entry_id = gen_random_uuid() WHERE entry_id = $1'],
    ['queue it under another place', 'UPDATE ledger_pending SET sequence = sequence + 1 WHERE entry_id = $1'],
    ['delete an entry that waits', 'DELETE FROM ledger_entry WHERE id = $1'],
    ['change the time of one that waits', `UPDATE ledger_entry SET time = time - interval '1 year' WHERE id = $1`],
    [
      'change the leaf of one that waits',
      `UPDATE ledger_entry SET leaf = replace(leaf, '"kind"', '"Kind"') WHERE id = $1`,
    ],
  ])('%s, with nothing but public keys', async (kind, statement) => {
    for (let n = 0; n < rounds.pending; n++) {
      const { id } = JSON.parse(someReceipt().leaf);
      await mustBeFound(kind, (client) => client.query(statement, [id]), {});
    }
  });
});

test('there were more than a thousand rounds of more than twenty kinds', () => {
  expect(played).toBeGreaterThan(1_000);
  expect(kinds.size).toBeGreaterThan(20);
});
