import type pg from 'pg';
import { z } from 'zod';
import { query } from './pool.ts';
import { type RowKeys, storedRows } from './stored-rows.ts';

/** What is stored under keys of one use, and moves to the current one when a key is replaced. */
export interface KeyRows {
  /** Rows that are not under the current key. */
  remaining(): Promise<number>;
  /** Writes at most this many rows of each table anew; resolves with how many it found. */
  rewrite(batch: number): Promise<number>;
}

/** The owner's pools: nobody who serves may rewrite. */
export interface RowOwners {
  readonly ledger: pg.Pool;
  readonly vault: pg.Pool;
}

/** Rows of a use; null: nothing is stored under it. */
export function keyRows(owner: RowOwners, use: string, keys: RowKeys): KeyRows | null {
  const stored = storedRows[use];
  if (stored === undefined) return null;
  const current = () => [keys.current(use)];
  return {
    async remaining() {
      let rows = 0;
      for (const { update, database, table, other } of stored) {
        const text = `SELECT count(*) AS rows FROM ${table} WHERE ${other}`;
        const [row] = await query(owner[database], { name: `${update.name}_left`, text }, current());
        rows += z.strictObject({ rows: z.coerce.number() }).parse(row).rows;
      }
      return rows;
    },
    async rewrite(batch) {
      let found = 0;
      for (const kind of stored) {
        const text = `SELECT ${kind.columns} FROM ${kind.table} WHERE ${kind.other} LIMIT ${batch}`;
        const rows = await query(owner[kind.database], { name: `${kind.update.name}_${batch}`, text }, current());
        if (rows.length > 0) await query(owner[kind.database], kind.update, kind.values(rows, keys));
        found += rows.length;
      }
      return found;
    },
  };
}
