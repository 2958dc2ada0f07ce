import type pg from 'pg';
import { VaultUnfit } from './vault-unfit.ts';

interface KeyRow {
  readonly subject_id: string;
  readonly wrapped: Buffer;
  readonly created_at: string;
}

const batch = 2000;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/**
 * Takes the keys that stand in the ledger's own database along to the vault, once: copied, compared, and
 * only then removed with the schema that they stood in. Whatever stops it in between, the old table is
 * still whole and the next start does it again. Throws `VaultUnfit` where the two do not agree.
 */
export async function moveKeys(ledger: pg.Client, vault: pg.Client): Promise<void> {
  const { rows } = await ledger.query(`SELECT to_regclass('vault.subject_key') IS NOT NULL AS there`);
  if (rows[0]?.there !== true) return;
  await ledger.query('BEGIN');
  try {
    // A gateway of an earlier version may still be making keys.
    await ledger.query('LOCK TABLE vault.subject_key IN ACCESS EXCLUSIVE MODE');
    for (let after = beforeAll; ; ) {
      const keys = await keysAfter(ledger, after);
      await copy(vault, keys);
      const last = keys.at(-1);
      if (last === undefined) break;
      after = last.subject_id;
    }
    await ledger.query('DROP SCHEMA vault CASCADE');
    await ledger.query('COMMIT');
  } catch (error) {
    await ledger.query('ROLLBACK');
    throw error;
  }
}

async function keysAfter(ledger: pg.Client, after: string): Promise<readonly KeyRow[]> {
  const { rows } = await ledger.query<KeyRow>(
    `SELECT subject_id, wrapped, created_at::text FROM vault.subject_key
      WHERE subject_id > $1 ORDER BY subject_id LIMIT ${batch}`,
    [after],
  );
  return rows;
}

async function copy(vault: pg.Client, keys: readonly KeyRow[]): Promise<void> {
  const subjects = keys.map(({ subject_id }) => subject_id);
  const columns = [subjects, keys.map(({ wrapped }) => wrapped), keys.map(({ created_at }) => created_at)];
  await vault.query(
    `INSERT INTO vault.subject_key (subject_id, wrapped, created_at)
      SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::timestamptz[]) ON CONFLICT DO NOTHING`,
    columns,
  );
  const { rows } = await vault.query<Pick<KeyRow, 'subject_id' | 'wrapped'>>(
    'SELECT subject_id, wrapped FROM vault.subject_key WHERE subject_id = ANY ($1::uuid[])',
    [subjects],
  );
  const copied = new Map(rows.map(({ subject_id, wrapped }) => [subject_id, wrapped]));
  const differing = keys.filter(({ subject_id, wrapped }) => copied.get(subject_id)?.equals(wrapped) !== true);
  if (differing.length === 0) return;
  throw new VaultUnfit(
    `${differing.length} keys in the vault differ from those in the ledger's database: nothing was moved; ` +
      'restore the vault as it was, or give the ledger an empty one',
  );
}
