import type pg from 'pg';
import { z } from 'zod';
import { toBase64Url } from '../../core/ledger/encoding.ts';
import { besideLeaf, type EntryRow, type FlushRow, type OpeningRow } from '../../core/ledger/ledger-rows.ts';
import { fullWidth, type Tile, type TilePart } from '../../core/ledger/tile.ts';
import { query } from '../pool.ts';
import { rowPages } from './row-pages.ts';

const bytes = z.instanceof(Buffer);
const integer = z.coerce.number().pipe(z.int());

const flushText = `SELECT instance, number, first, count, root, previous, head, key_id AS key, signature FROM ledger_flush
  WHERE instance = $1 AND number >= $2 ORDER BY number`;
const flushRow = z.strictObject({
  instance: z.string(),
  number: integer,
  first: integer,
  count: integer,
  root: bytes,
  previous: bytes,
  head: bytes,
  key: z.string(),
  signature: bytes,
});

const columns = `e.id, e.instance, e.sequence, e.flush, e.kind,
  to_char(e.time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS time,
  e.purpose, e.source, e.recipient, e.request_id AS request, e.leaf, e.leaf_hash AS hash`;
const treeText = `SELECT t.index, t.entry_id AS named, NULL::bytea AS queued, ${columns}
  FROM ledger_tree t LEFT JOIN ledger_entry e ON e.id = t.entry_id WHERE t.index >= $1 ORDER BY t.index`;
/** What is queued under another place than its entry has is queued in vain. */
const pendingText = `SELECT NULL::bigint AS index, q.entry_id AS named, q.leaf_hash AS queued, ${columns}
  FROM (SELECT * FROM ledger_entry WHERE NOT EXISTS (SELECT 1 FROM ledger_tree t WHERE t.entry_id = ledger_entry.id)) e
  FULL JOIN ledger_pending q ON q.entry_id = e.id AND q.instance = e.instance AND q.sequence = e.sequence
  ORDER BY coalesce(e.instance, q.instance), coalesce(e.sequence, q.sequence)`;
const entryRow = z.strictObject({
  index: integer.nullable(),
  named: z.string().nullable(),
  queued: bytes.nullable(),
  id: z.string().nullable(),
  instance: z.string().nullable(),
  sequence: z.number().nullable(),
  flush: z.number().nullable(),
  kind: z.string().nullable(),
  time: z.string().nullable(),
  purpose: z.string().nullable(),
  source: z.string().nullable(),
  recipient: z.string().nullable(),
  request: z.string().nullable(),
  leaf: z.string().nullable(),
  hash: bytes.nullable(),
});

/** Both as they are: where there is a ciphertext, what stands beside it says nothing of it. */
const openingStatement = {
  name: 'stored-ledger-openings',
  text: `SELECT entry_id AS entry, name, sha256(ciphertext) AS kept, digest AS erased
    FROM ledger_opening WHERE entry_id = ANY ($1::uuid[])`,
};
const openingRow = z.strictObject({
  entry: z.string(),
  name: z.string(),
  kept: bytes.nullable(),
  erased: bytes.nullable(),
});

const tileText = `SELECT level, index, hashes FROM ledger_tile WHERE level = $1 AND index >= $2 ORDER BY index`;
const tileRow = z.strictObject({ level: integer, index: integer, hashes: bytes });
const partText = `SELECT level, index, octet_length(hashes) / 32.0::float8 AS width FROM ledger_tile
  WHERE level = $1 AND index >= $2 ORDER BY index`;
const partRow = z.strictObject({ level: integer, index: integer, width: z.number() });
const levelStatement = { name: 'stored-ledger-levels', text: 'SELECT DISTINCT level FROM ledger_tile ORDER BY level' };

const pageRows = 1_000;
const pageTiles = 64;

/** Flushes of an instance in order of number, from a number on. */
export async function* flushPages(
  client: pg.PoolClient,
  instance: string,
  from: number,
): AsyncGenerator<readonly FlushRow[]> {
  yield* rowPages(client, flushText, [instance, from], flushRow, pageRows);
}

/** Entries in order of the tree, from a position on. */
export async function* entryPages(client: pg.PoolClient, from: number): AsyncGenerator<readonly EntryRow[]> {
  for await (const page of rowPages(client, treeText, [from], entryRow, pageRows))
    yield await withOpenings(client, page);
}

/** Entries that wait for the tree, and what is queued for it. */
export async function* pendingPages(client: pg.PoolClient): AsyncGenerator<readonly EntryRow[]> {
  for await (const page of rowPages(client, pendingText, [], entryRow, pageRows))
    yield await withOpenings(client, page);
}

/** Every stored tile that reaches beyond a size. */
export function tilePages(client: pg.PoolClient, beyond: number): AsyncGenerator<readonly Tile[]> {
  return byLevel(client, beyond, (values) => rowPages(client, tileText, values, tileRow, pageTiles));
}

/** How wide each of them is. */
export function tilePartPages(client: pg.PoolClient, beyond: number): AsyncGenerator<readonly TilePart[]> {
  return byLevel(client, beyond, (values) => rowPages(client, partText, values, partRow, pageRows));
}

async function* byLevel<Row>(
  client: pg.PoolClient,
  beyond: number,
  pages: (values: readonly unknown[]) => AsyncGenerator<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (const { level } of await query<{ level: number }>(client, levelStatement, [])) {
    yield* pages([level, Math.floor(beyond / fullWidth ** (level + 1))]);
  }
}

async function withOpenings(
  client: pg.PoolClient,
  rows: readonly z.infer<typeof entryRow>[],
): Promise<readonly EntryRow[]> {
  const ids = rows.flatMap(({ id }) => id ?? []);
  const openings = Map.groupBy(
    (await query(client, openingStatement, [ids])).map((row) => openingRow.parse(row)),
    ({ entry }) => entry,
  );
  return rows.map((row) => toEntry(row, openings.get(row.id ?? '') ?? []));
}

function toEntry(row: z.infer<typeof entryRow>, found: readonly z.infer<typeof openingRow>[]): EntryRow {
  const { index, named, queued, flush, leaf, hash, ...rest } = row;
  const { id, instance, sequence, kind, time } = rest;
  const inQueue = queued === null ? null : toBase64Url(queued);
  if (id === null || instance === null || sequence === null || kind === null || time === null || hash === null) {
    const columns = named === null ? null : { id: named };
    return { index, leaf: null, flush: null, hash: null, openings: [], columns, queued: inQueue };
  }
  // Leaves tell milliseconds.
  const stored = { ...rest, id, instance, sequence, kind, time: time.replace(/000Z$/, 'Z') };
  const openings = found.flatMap(openingRows).sort(([a], [b]) => (a < b ? -1 : 1));
  return { index, flush, hash: toBase64Url(hash), openings, ...besideLeaf(leaf, stored), queued: inQueue };
}

/** Of an opening one. Somebody without the constraints of the table makes two of it, or one without a digest: never a good one. */
function openingRows({ name, kept, erased }: z.infer<typeof openingRow>): readonly OpeningRow[] {
  const rows: OpeningRow[] = [];
  if (kept !== null) rows.push([name, toBase64Url(kept), 'kept']);
  if (erased !== null || kept === null) rows.push([name, toBase64Url(erased ?? Buffer.alloc(0)), 'erased']);
  return rows;
}
