import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Chance } from './chance.ts';
import { rebuildFlushes, rebuildTiles, restore, rewriteLeaf, someEntry } from './rewritten.ts';
import type { TamperedWorld } from './tampered-world.ts';

/** As `Tampering`, by somebody who knows the world: it is consistent in itself again. */
type Rewriting = (client: pg.PoolClient, chance: Chance, world: TamperedWorld) => Promise<unknown>;

const otherTime = (leaf: string): string => leaf.replace(/"time":"\d{4}/, '"time":"1999');
const forgetCheckpoints = (client: pg.PoolClient) => client.query('DELETE FROM ledger_checkpoint');

/** Found by any checkpoint that was published before, whatever else is gone. */
export const covered: Readonly<Record<string, Rewriting>> = {
  'restore an older dump': (client, _, world) => restore(client, world.earlierSize),
  'truncate the tail': (client, chance, world) => restore(client, world.size - 1 - chance.below(world.size - 1)),
  'change a time everywhere, with a stolen database': async (client, chance) => {
    await rewriteLeaf(client, await someEntry(client, chance.part(), 'tree'), otherTime);
    await rebuildFlushes(client, null);
    await rebuildTiles(client);
    await forgetCheckpoints(client);
  },
  'change a time everywhere, with a stolen database and the key of the instances': async (client, chance, world) => {
    await rewriteLeaf(client, await someEntry(client, chance.part(), 'tree'), otherTime);
    await rebuildFlushes(client, world.signer);
    await rebuildTiles(client);
    await forgetCheckpoints(client);
  },
  'fork: another history from an earlier size on, signed by the instances': async (client, chance, world) => {
    const size = world.earlierSize + chance.below(world.size - world.earlierSize - 4);
    const { rows } = await client.query<{ id: string }>(
      `SELECT e.id FROM ledger_tree t JOIN ledger_entry e ON e.id = t.entry_id
        WHERE t.index >= $1 AND e.kind = 'refusal'`,
      [size],
    );
    for (const { id } of rows) await rewriteLeaf(client, id, otherTime);
    await rebuildFlushes(client, world.signer);
    await rebuildTiles(client);
    await client.query('DELETE FROM ledger_checkpoint WHERE size > $1', [size]);
  },
  'insert an entry, and number everything again': async (client, chance, world) => {
    const id = randomUUID();
    const after = await someEntry(client, chance.part(), 'tree');
    const place = 'SELECT instance, sequence, flush FROM ledger_entry WHERE id = $1';
    const { rows } = await client.query<{ instance: string; sequence: number; flush: number }>(place, [after]);
    const [{ instance, sequence, flush } = { instance: '', sequence: 0, flush: 0 }] = rows;
    await client.query('ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_instance_sequence_key');
    const later = 'UPDATE ledger_entry SET sequence = sequence + 1 WHERE instance = $1 AND sequence > $2';
    await client.query(later, [instance, sequence]);
    await client.query(
      `INSERT INTO ledger_entry SELECT $2, instance, sequence + 1, flush, kind, time, purpose, source, recipient,
        request_id, leaf, leaf_hash FROM ledger_entry WHERE id = $1`,
      [after, id],
    );
    await client.query('UPDATE ledger_flush SET count = count + 1 WHERE instance = $1 AND number = $2', [
      instance,
      flush,
    ]);
    await client.query('UPDATE ledger_flush SET first = first + 1 WHERE instance = $1 AND number > $2', [
      instance,
      flush,
    ]);
    await client.query('ALTER TABLE ledger_tree DROP CONSTRAINT ledger_tree_pkey');
    const { rows: places } = await client.query('SELECT index FROM ledger_tree WHERE entry_id = $1', [after]);
    await client.query('UPDATE ledger_tree SET index = index + 1 WHERE index > $1', [places[0].index]);
    await client.query('INSERT INTO ledger_tree VALUES ($1, $2)', [places[0].index + 1, id]);
    await rebuildFlushes(client, world.signer);
    await rebuildTiles(client);
    await forgetCheckpoints(client);
  },
  'replay an entry as a new one': async (client, chance) => {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO ledger_entry SELECT $2, instance, (SELECT max(sequence) + 1 FROM ledger_entry e
          WHERE e.instance = ledger_entry.instance), flush, kind, time, purpose, source, recipient, request_id, leaf,
          leaf_hash FROM ledger_entry WHERE id = $1 RETURNING id`,
      [await someEntry(client, chance.part(), 'tree'), randomUUID()],
    );
    await client.query(
      'INSERT INTO ledger_pending SELECT id, instance, sequence, leaf_hash FROM ledger_entry WHERE id = $1',
      [rows[0]?.id],
    );
  },
  'swap the places of two instances in the tree': async (client, chance) => {
    const { rows } = await client.query<{ index: number }>(
      `SELECT t.index FROM ledger_tree t JOIN ledger_entry e ON e.id = t.entry_id
        JOIN ledger_tree n ON n.index = t.index + 1 JOIN ledger_entry f ON f.id = n.entry_id
        WHERE e.instance <> f.instance ORDER BY t.index`,
    );
    const index = rows[chance.below(rows.length)]?.index;
    await client.query('ALTER TABLE ledger_tree DROP CONSTRAINT ledger_tree_pkey');
    await client.query(
      'UPDATE ledger_tree SET index = 2 * $1::bigint + 1 - index WHERE index IN ($1::bigint, $1::bigint + 1)',
      [index],
    );
    await rebuildTiles(client);
    await forgetCheckpoints(client);
  },
  'take a whole instance away': async (client, chance) => {
    const { rows } = await client.query<{ instance: string }>('SELECT DISTINCT instance FROM ledger_flush ORDER BY 1');
    const instance = rows[chance.below(rows.length)]?.instance;
    const own = 'SELECT id FROM ledger_entry WHERE instance = $1';
    for (const [table, column] of [
      ['ledger_tree', 'entry_id'],
      ['ledger_pending', 'entry_id'],
      ['ledger_opening', 'entry_id'],
      ['ledger_entry', 'id'],
    ]) {
      await client.query(`DELETE FROM ${table} WHERE ${column} IN (${own})`, [instance]);
    }
    await client.query('DELETE FROM ledger_flush WHERE instance = $1', [instance]);
    await client.query(`CREATE TEMP TABLE places ON COMMIT DROP AS
      SELECT row_number() OVER (ORDER BY index) - 1 AS index, entry_id FROM ledger_tree`);
    await client.query('DELETE FROM ledger_tree');
    await client.query('INSERT INTO ledger_tree SELECT index, entry_id FROM places');
    await rebuildTiles(client);
    await forgetCheckpoints(client);
  },
};

/** Removes the last flushes of an instance as if they had never been, from a number on. */
export async function deleteTail(client: pg.PoolClient, instance: string, from: number): Promise<void> {
  const gone = 'SELECT id FROM ledger_entry WHERE instance = $1 AND flush >= $2';
  await client.query(`DELETE FROM ledger_pending WHERE entry_id IN (${gone})`, [instance, from]);
  await client.query(`DELETE FROM ledger_opening WHERE entry_id IN (${gone})`, [instance, from]);
  await client.query('DELETE FROM ledger_entry WHERE instance = $1 AND flush >= $2', [instance, from]);
  await client.query('DELETE FROM ledger_flush WHERE instance = $1 AND number >= $2', [instance, from]);
}

/** Changes an entry that no checkpoint covers, and signs its flush again with the key of the instances. */
export async function rewritePending(client: pg.PoolClient, world: TamperedWorld, id: string): Promise<void> {
  await rewriteLeaf(client, id, otherTime);
  await rebuildFlushes(client, world.signer);
}
