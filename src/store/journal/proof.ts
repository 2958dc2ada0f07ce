import type pg from 'pg';
import { z } from 'zod';
import type { EntryId } from '../../core/brand.ts';
import { toBase64Url } from '../../core/ledger/encoding.ts';
import { inclusionRanges } from '../../core/ledger/merkle.ts';
import { query } from '../pool.ts';
import { hashesOf } from './stored-tree.ts';

/** RFC 6962 inclusion of one entry under a signed checkpoint of the whole ledger. */
export interface StoredProof {
  /** Canonical leaf text. */
  readonly leaf: string;
  /** Position in the tree, from 0. */
  readonly index: number;
  /** Size of the tree that the checkpoint signs. */
  readonly size: number;
  /** base64url hashes, from the leaf upwards. */
  readonly path: readonly string[];
  /** Signed note (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
}

const latestStatement = {
  name: 'ledger-latest-checkpoint',
  text: 'SELECT size, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1',
};

const placeStatement = {
  name: 'ledger-place',
  text: `SELECT e.leaf, t.index FROM ledger_entry e JOIN ledger_tree t ON t.entry_id = e.id WHERE e.id = $1`,
};

const latestRow = z.strictObject({ size: z.coerce.number(), note: z.string() });
const placeRow = z.strictObject({ leaf: z.string(), index: z.coerce.number() });

/** The largest signed checkpoint; null before the first. Throws `Fault('database-unavailable')`. */
export async function latestCheckpoint(
  pool: pg.Pool,
): Promise<{ readonly size: number; readonly note: string } | null> {
  const [row] = await query(pool, latestStatement, []);
  return row === undefined ? null : latestRow.parse(row);
}

/**
 * null: there is no such entry, or no checkpoint covers it yet (a fraction of a second later one does).
 * Throws `Fault('database-unavailable')`.
 */
export async function proofOf(pool: pg.Pool, entry: EntryId): Promise<StoredProof | null> {
  const latest = await latestCheckpoint(pool);
  const [found] = await query(pool, placeStatement, [entry]);
  if (latest === null || found === undefined) return null;
  const { leaf, index } = placeRow.parse(found);
  if (index >= latest.size) return null;
  const path = await hashesOf(pool, inclusionRanges(index, latest.size));
  return { leaf, index, size: latest.size, path: path.map(toBase64Url), checkpoint: latest.note };
}
