import type pg from 'pg';
import { z } from 'zod';
import type { EntryRow, FlushRow, TreeRow } from '../../core/ledger/ledger-rows.ts';
import { query, type Statement } from '../pool.ts';

const flushStatement = {
  name: 'verify-flushes',
  text: `SELECT instance, number, first, count, root, previous, head, key_id, signature FROM ledger_flush
    WHERE (instance, number) > ($1, $2) ORDER BY instance, number LIMIT $3`,
};

const entryStatement = {
  name: 'verify-entries',
  text: `SELECT id, instance, sequence, flush, kind,
      to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time,
      purpose, source, recipient, request_id, leaf, leaf_hash FROM ledger_entry
    WHERE (instance, sequence) > ($1, $2) ORDER BY instance, sequence LIMIT $3`,
};

const treeStatement = {
  name: 'verify-tree',
  text: 'SELECT index, entry_id, leaf_hash FROM ledger_tree WHERE index > $1 ORDER BY index LIMIT $2',
};

const pendingStatement = {
  name: 'verify-pending',
  text: 'SELECT entry_id, leaf_hash FROM ledger_pending WHERE entry_id > $1 ORDER BY entry_id LIMIT $2',
};

const checkpointStatement = {
  name: 'verify-checkpoints',
  text: 'SELECT size, root, note FROM ledger_checkpoint WHERE size > $1 ORDER BY size LIMIT $2',
};

const pageSize = 1000;
const beforeAll = '00000000-0000-0000-0000-000000000000';
const bytes = z.instanceof(Buffer);
const integer = z.coerce.number().pipe(z.int());

const flushRow = z.strictObject({
  instance: z.string(),
  number: integer,
  first: integer,
  count: integer,
  root: bytes,
  previous: bytes,
  head: bytes,
  key_id: z.string(),
  signature: bytes,
});
const entryRow = z.strictObject({
  id: z.string(),
  instance: z.string(),
  sequence: integer,
  flush: integer,
  kind: z.string(),
  time: z.string(),
  purpose: z.string().nullable(),
  source: z.string().nullable(),
  recipient: z.string().nullable(),
  request_id: z.string().nullable(),
  leaf: z.string(),
  leaf_hash: bytes,
});
const treeRow = z.strictObject({ index: integer, entry_id: z.string(), leaf_hash: bytes });
const pendingRow = z.strictObject({ entry_id: z.string(), leaf_hash: bytes });
const checkpointRow = z.strictObject({ size: integer, root: bytes, note: z.string() });

/** Every flush, by instance and number. */
export function flushes(client: pg.PoolClient): AsyncGenerator<FlushRow> {
  return rows(client, flushStatement, flushRow, [beforeAll, 0], (row) => [row.instance, row.number], toFlush);
}

/** Every entry, by instance and sequence. */
export function entries(client: pg.PoolClient): AsyncGenerator<EntryRow> {
  return rows(client, entryStatement, entryRow, [beforeAll, 0], (row) => [row.instance, row.sequence], toEntry);
}

/** Every leaf of the tree, by index. */
export function treeLeaves(client: pg.PoolClient): AsyncGenerator<TreeRow> {
  const toTree = (row: z.infer<typeof treeRow>) => ({ index: row.index, entry: row.entry_id, leafHash: row.leaf_hash });
  return rows(client, treeStatement, treeRow, [-1], (row) => [row.index], toTree);
}

/** Every entry that waits for its place in the tree. */
export function pendingEntries(client: pg.PoolClient): AsyncGenerator<Omit<TreeRow, 'index'>> {
  const toPending = (row: z.infer<typeof pendingRow>) => ({ entry: row.entry_id, leafHash: row.leaf_hash });
  return rows(client, pendingStatement, pendingRow, [beforeAll], (row) => [row.entry_id], toPending);
}

/** Every checkpoint that the database holds, by size. */
export function checkpoints(client: pg.PoolClient): AsyncGenerator<z.infer<typeof checkpointRow>> {
  return rows(
    client,
    checkpointStatement,
    checkpointRow,
    [-1],
    (row) => [row.size],
    (row) => row,
  );
}

/** A table in pages, each beginning after the last key of the one before. */
async function* rows<Row, Item>(
  client: pg.PoolClient,
  statement: Statement,
  form: z.ZodType<Row>,
  start: readonly unknown[],
  keyOf: (row: Row) => readonly unknown[],
  toItem: (row: Row) => Item,
): AsyncGenerator<Item> {
  let after = start;
  for (;;) {
    const page = (await query(client, statement, [...after, pageSize])).map((row) => form.parse(row));
    for (const row of page) yield toItem(row);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = keyOf(last);
  }
}

function toFlush({ key_id, ...row }: z.infer<typeof flushRow>): FlushRow {
  return { ...row, key: key_id };
}

function toEntry(row: z.infer<typeof entryRow>): EntryRow {
  const { id, instance, sequence, flush, leaf, leaf_hash, kind, time, purpose, source, recipient, request_id } = row;
  const copies = { kind, time, purpose, source, recipient, request: request_id };
  return { id, instance, sequence, flush, leaf, leafHash: leaf_hash, copies };
}
