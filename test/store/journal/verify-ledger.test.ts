import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckpointStore } from '../../../src/core/ledger/ports.ts';
import { keyRing } from '../../../src/store/journal/key-ring.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { type LedgerWorld, ledgerWorld, origin } from '../../world/ledger-world.ts';

let world: LedgerWorld;

beforeEach(async () => {
  world = await ledgerWorld();
});

afterEach(() => world.end());

const emptyStore: CheckpointStore = { read: async () => null, swap: async () => false };

describe('verification of the stored ledger', () => {
  test('says what it counted, also of entries that still wait', async () => {
    await world.write(3);
    expect(await world.verify()).toMatchObject({
      entries: 3,
      instances: 2,
      treeSize: 0,
      pending: 3,
      checkpointSize: null,
      problems: [],
    });
  });

  test('finds every change in every column, and every missing row', async () => {
    const first = world.start();
    await world.write(9);
    await world.signed(9);
    await first.stop();
    await world.write(2);
    expect((await world.verify()).problemCount).toBe(0);
    const flip = (column: string) => `${column} = set_byte(${column}, 3, get_byte(${column}, 3) # 1)`;
    const one = (table: string, where: string) => `ctid = (SELECT ctid FROM ${table} WHERE ${where} LIMIT 1)`;
    const changes = [
      ...['root', 'previous', 'head', 'signature'].map(
        (column) => `UPDATE ledger_flush SET ${flip(column)} WHERE ${one('ledger_flush', 'true')}`,
      ),
      ...['first = first + 1', 'count = count + 1', "key_id = (SELECT id FROM key WHERE use = 'other')"].map(
        (change) => `UPDATE ledger_flush SET ${change} WHERE ${one('ledger_flush', 'number = 1')}`,
      ),
      ...[
        flip('leaf_hash'),
        `kind = 'permit'`,
        `time = time + interval '1 second'`,
        `purpose = NULL`,
        `source = 'unit-recipient'`,
        `recipient = NULL`,
        `request_id = id`,
        `sequence = sequence + 1000`,
        `leaf = replace(leaf, '"v":1}', '"v":2}')`,
        `leaf = NULL`,
        `leaf = leaf || ' '`,
      ].map((change) => `UPDATE ledger_entry SET ${change} WHERE ${one('ledger_entry', 'true')}`),
      `UPDATE ledger_tree SET entry_id = gen_random_uuid() WHERE index = 2`,
      'UPDATE ledger_tree SET index = 1000 WHERE index = 8',
      'DELETE FROM ledger_tree WHERE index = 8',
      `UPDATE ledger_tile SET ${flip('hashes')} WHERE level = 0`,
      'UPDATE ledger_tile SET hashes = substring(hashes FOR 256) WHERE level = 0',
      'UPDATE ledger_tile SET hashes = hashes || sha256(hashes) WHERE level = 0',
      'DELETE FROM ledger_tile WHERE level = 0',
      `INSERT INTO ledger_tile VALUES (1, 0, sha256(''))`,
      `UPDATE ledger_pending SET ${flip('leaf_hash')} WHERE ${one('ledger_pending', 'true')}`,
      `DELETE FROM ledger_pending WHERE ${one('ledger_pending', 'true')}`,
      `UPDATE ledger_checkpoint SET ${flip('root')}`,
      'UPDATE ledger_checkpoint SET size = size + 1 WHERE size = 9',
      `UPDATE ledger_checkpoint SET note = replace(note, origin, 'x') FROM (SELECT '${origin}' AS origin) o`,
      `DELETE FROM ledger_entry WHERE ${one('ledger_entry', 'sequence = 2')}`,
    ];
    const owner = await world.database.pools.owner.connect();
    const other = newSigner();
    const known = `INSERT INTO key VALUES ($1, 'other', 'Ed25519', $2, now())`;
    await owner.query(known, [other.keyId, JSON.stringify(other.jwk)]);
    // It is not the key that makes the difference.
    expect((await world.verify()).problemCount).toBe(0);
    const undetected: string[] = [];
    for (const change of changes) {
      // Without its guards, as an administrator could; each change is undone before the next.
      await owner.query(`SET session_replication_role = replica`);
      await owner.query('CREATE TEMP TABLE kept AS SELECT 1');
      const tables = [
        'ledger_flush',
        'ledger_entry',
        'ledger_tree',
        'ledger_tile',
        'ledger_pending',
        'ledger_checkpoint',
      ];
      for (const table of tables) await owner.query(`CREATE TEMP TABLE kept_${table} AS TABLE ${table}`);
      const done = await owner.query(change);
      expect([change, done.rowCount]).not.toEqual([change, 0]);
      if ((await world.verify()).problemCount === 0) undetected.push(change);
      for (const table of tables) {
        await owner.query(`DELETE FROM ${table}`);
        await owner.query(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
        await owner.query(`DROP TABLE kept_${table}`);
      }
      await owner.query('DROP TABLE kept');
    }
    owner.release(true);
    expect(undetected).toEqual([]);
    expect((await world.verify()).problemCount).toBe(0);
  });

  test('finds a ledger that was cut short everywhere in the database, by the checkpoint outside it', async () => {
    const first = world.start();
    await world.write(4);
    await world.signed(4);
    await first.stop();
    const owner = await world.database.pools.owner.connect();
    await owner.query('SET session_replication_role = replica');
    for (const table of [
      'ledger_entry',
      'ledger_flush',
      'ledger_tree',
      'ledger_tile',
      'ledger_checkpoint',
      'ledger_opening',
    ]) {
      await owner.query(`DELETE FROM ${table}`);
    }
    owner.release(true);
    expect((await world.verify({ store: emptyStore })).problemCount).toBe(0);
    expect((await world.verify()).problems).toEqual([
      { code: 'checkpoint-root', where: 'checkpoint outside the database' },
    ]);
  });

  test('with keys that are not the ones that signed finds every flush and checkpoint wanting', async () => {
    const first = world.start();
    await world.write(2);
    await world.signed(2);
    await first.stop();
    const stranger = newSigner();
    const report = await world.verify({
      keys: keyRing([stranger.jwk]),
      checkpointKey: { name: origin, publicKey: stranger.publicKey, check: stranger.check },
      store: emptyStore,
    });
    expect(new Set(report.problems.map(({ code }) => code))).toEqual(
      new Set(['unknown-key', 'checkpoint', 'checkpoint-none']),
    );
  });
});
