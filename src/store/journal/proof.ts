import type pg from 'pg';
import { z } from 'zod';
import type { EntryId } from '../../core/brand.ts';
import { toBase64Url } from '../../core/ledger/encoding.ts';
import { inclusionRanges } from '../../core/ledger/merkle.ts';
import type { TlogProof } from '../../core/ledger/tlog-proof.ts';
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

/** Place and checkpoint in one round trip, which costs more than the hashes of a path. */
function placeUnder(name: string, condition: 'true' | 'witnessed') {
  const text = `SELECT t.index, e.leaf, c.size, c.note
    FROM ledger_tree t JOIN ledger_entry e ON e.id = t.entry_id
    CROSS JOIN (SELECT size, note FROM ledger_checkpoint WHERE ${condition} ORDER BY size DESC LIMIT 1) c
    WHERE t.entry_id = $1 AND t.index < c.size`;
  return { name, text };
}

const signedStatement = placeUnder('ledger-place-signed', 'true');
const witnessedStatement = placeUnder('ledger-place-witnessed', 'witnessed');

const latestRow = z.strictObject({ size: z.coerce.number(), note: z.string() });
const placeRow = latestRow.extend({ leaf: z.string().nullable(), index: z.coerce.number() });

/** The largest signed checkpoint; null before the first. Throws `Fault('database-unavailable')`. */
export async function latestCheckpoint(
  pool: pg.Pool,
): Promise<{ readonly size: number; readonly note: string } | null> {
  const [row] = await query(pool, latestStatement, []);
  return row === undefined ? null : latestRow.parse(row);
}

/**
 * null: there is no such entry, its period ended and its leaf is gone, or no checkpoint covers it yet (a fraction
 * of a second later one does).
 * Throws `Fault('database-unavailable')`.
 */
export async function proofOf(pool: pg.Pool, entry: EntryId): Promise<StoredProof | null> {
  const [found] = await query(pool, signedStatement, [entry]);
  if (found === undefined) return null;
  const { leaf, index, size, note } = placeRow.parse(found);
  if (leaf === null) return null;
  const path = await hashesOf(pool, inclusionRanges(index, size));
  return { leaf, index, size, path: path.map(toBase64Url), checkpoint: note };
}

/**
 * The same for a final receipt: under the largest checkpoint that enough witnesses cosigned, its cosignatures included.
 * null: there is no such entry, or it is not witnessed yet. Throws `Fault('database-unavailable')`.
 */
export async function witnessedProofOf(pool: pg.Pool, entry: EntryId): Promise<TlogProof | null> {
  const [found] = await query(pool, witnessedStatement, [entry]);
  if (found === undefined) return null;
  const { index, size, note } = placeRow.parse(found);
  return { index, path: await hashesOf(pool, inclusionRanges(index, size)), checkpoint: note };
}
