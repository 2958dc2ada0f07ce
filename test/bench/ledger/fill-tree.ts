import type pg from 'pg';
import type { EntryId } from '../../../src/core/brand.ts';
import { signCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { append, emptyFrontier, rootOf } from '../../../src/core/ledger/merkle.ts';
import { fullWidth, growTiles, hashLength, type Tile } from '../../../src/core/ledger/tile.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import type { SyntheticKeys } from './synthetic-ledger.ts';

const origin = 'sluis.bench/ledger';
const instance = '01920000-0000-7000-b000-000000000000';
const atOnce = 100_000;

/** In order of time, as ids of version 7 are. */
const idOf = `(lpad(to_hex(i), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid`;

/** Id of the entry at a place in the tree. */
export function entryAt(index: number): EntryId {
  const hex = index.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${hex}` as EntryId;
}

/** Short: no proof looks into it. */
function leafAt(index: number): string {
  return `{"index":${index}}`;
}

/**
 * A ledger of so many entries as the sequencer would have left it: their rows, the tree, its tiles, one checkpoint.
 * Without the indexes of an entry by which nobody proves anything, which would take most of the time.
 */
export async function fillTree(
  owner: pg.Pool,
  { ledger, checkpoint }: SyntheticKeys,
  leaves: number,
  say: (line: string) => void,
): Promise<void> {
  const client = await owner.connect();
  try {
    // Foreign keys of millions of rows to one are not asked one by one.
    await client.query('SET session_replication_role = replica');
    for (const statement of unindexed) await client.query(statement);
    await client.query('INSERT INTO key VALUES ($1, $2, $3, $4, now())', [
      ledger.keyId,
      'ledger',
      'Ed25519',
      ledger.jwk,
    ]);
    await client.query('INSERT INTO instance VALUES ($1, $2, now())', [instance, ledger.keyId]);
    let frontier = emptyFrontier;
    let edge: readonly Tile[] = [];
    for (let start = 0; start < leaves; start += atOnce) {
      say(`proof: filling, ${start} of ${leaves}`);
      const count = Math.min(atOnce, leaves - start);
      await client.query(entriesStatement, [instance, start, start + count - 1]);
      const hashes = Array.from({ length: count }, (_, n) => leafHash(leafAt(start + n)));
      const tiles = growTiles(start, edge, hashes);
      await client.query(tilesStatement, [
        tiles.map(({ level }) => level),
        tiles.map(({ index }) => index),
        tiles.map(({ hashes: own }) => own),
      ]);
      ({ frontier } = append(frontier, hashes));
      edge = openTiles([...edge, ...tiles]);
    }
    say('proof: vacuuming');
    await client.query('VACUUM ANALYZE ledger_entry, ledger_tree, ledger_tile');
    const root = rootOf(frontier);
    const key = { name: origin, publicKey: checkpoint.publicKey };
    const note = signCheckpoint({ origin, size: leaves, root }, key, checkpoint.sign);
    await client.query(checkpointStatement, [leaves, root, note]);
  } finally {
    client.release(true);
  }
}

const unindexed = [
  'ALTER TABLE ledger_entry SET (autovacuum_enabled = off)',
  'ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_instance_sequence_key',
  'DROP INDEX ledger_entry_request, ledger_entry_time, ledger_entry_kept',
];

const entriesStatement = `
  WITH entry AS (
    INSERT INTO ledger_entry (id, instance, sequence, flush, kind, time, leaf, leaf_hash)
    SELECT ${idOf}, $1, i + 1, 1, 'notice', now(), leaf, sha256('\\x00'::bytea || convert_to(leaf, 'UTF8'))
    FROM generate_series($2::bigint, $3::bigint) AS i, format('{"index":%s}', i) AS leaf
  )
  INSERT INTO ledger_tree (index, entry_id) SELECT i, ${idOf} FROM generate_series($2::bigint, $3::bigint) AS i`;

const tilesStatement = `
  INSERT INTO ledger_tile (level, index, hashes) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
  ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes`;

const checkpointStatement = `INSERT INTO ledger_checkpoint (size, root, note, at, witnessed, witnessed_at)
  VALUES ($1, $2, $3, now(), true, now())`;

/** The last tile of each level, where it is not full. */
function openTiles(tiles: readonly Tile[]): readonly Tile[] {
  const last = new Map(tiles.map((tile) => [tile.level, tile]));
  return [...last.values()].filter(({ hashes }) => hashes.length < fullWidth * hashLength);
}
