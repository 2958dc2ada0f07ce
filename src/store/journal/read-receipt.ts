import { z } from 'zod';
import type { EntryId } from '../../core/brand.ts';
import type { Opening, Receipt } from '../../core/ledger/entry.ts';
import { treeOf } from '../../core/ledger/merkle.ts';
import { writeReceipt } from '../../core/ledger/receipt.ts';
import type { SubjectCipher } from '../../core/subject/ports.ts';
import { query } from '../pool.ts';
import { openOpening } from './opening.ts';
import { type KeptPools, readOpeningKeys } from './opening-keys.ts';

const receiptStatement = {
  name: 'journal-receipt',
  text: `
    SELECT e.leaf, e.sequence, e.flush, f.instance, f.first, f.count, f.root, f.previous, f.key_id,
      f.signature,
      (SELECT array_agg(n.leaf_hash ORDER BY n.sequence) FROM ledger_entry n
        WHERE n.instance = e.instance AND n.sequence >= f.first AND n.sequence < f.first + f.count) AS hashes
    FROM ledger_entry e JOIN ledger_flush f ON f.instance = e.instance AND f.number = e.flush
    WHERE e.id = $1`,
};

const openingsStatement = {
  name: 'journal-openings',
  text: 'SELECT name, subject_id, ciphertext FROM ledger_opening WHERE entry_id = $1 ORDER BY name',
};

const bytes = z.instanceof(Buffer);
const receiptRow = z.strictObject({
  // null: its period ended, and only its hash is left.
  leaf: z.string().nullable(),
  sequence: z.coerce.number(),
  flush: z.coerce.number(),
  instance: z.string(),
  first: z.coerce.number(),
  count: z.int(),
  root: bytes,
  previous: bytes,
  key_id: z.string(),
  signature: bytes,
  hashes: z.array(bytes),
});
const openingRow = z.strictObject({
  name: z.string(),
  subject_id: z.string().nullable(),
  // null: erased, and only its digest is left.
  ciphertext: bytes.nullable(),
});

/**
 * The receipt of an entry on record, made again from its rows; null when there is no such entry, or no more
 * of it than its hash. Holds the openings whose key is still there. Throws `Fault('database-unavailable')`.
 */
export async function readReceipt(pools: KeptPools, cipher: SubjectCipher, entry: EntryId): Promise<Receipt | null> {
  const [found] = await query(pools.pool, receiptStatement, [entry]);
  if (found === undefined) return null;
  const { leaf, ...row } = receiptRow.parse(found);
  if (leaf === null) return null;
  const index = row.sequence - row.first;
  const head = {
    instance: row.instance,
    number: row.flush,
    first: row.first,
    count: row.count,
    previous: row.previous,
  };
  return writeReceipt(
    { text: leaf, index, path: treeOf(row.hashes).inclusion(index) },
    { head, key: row.key_id, signature: row.signature },
    await readOpenings(pools, cipher, entry),
  );
}

/** Personal values of an entry, as far as their keys are still there. */
async function readOpenings(
  { pool, vault }: KeptPools,
  cipher: SubjectCipher,
  entry: EntryId,
): Promise<readonly Opening[]> {
  const rows = (await query(pool, openingsStatement, [entry])).map((row) => openingRow.parse(row));
  const subjects = [...new Set(rows.flatMap(({ subject_id }) => subject_id ?? []))];
  const keys = subjects.length === 0 ? new Map<string, Buffer>() : await readOpeningKeys(vault, subjects);
  return rows.flatMap(({ name, subject_id, ciphertext }) => {
    const key = subject_id === null ? cipher.dummyKey : keys.get(subject_id);
    return key === undefined || ciphertext === null ? [] : [openOpening(cipher, key, entry, { name, ciphertext })];
  });
}
