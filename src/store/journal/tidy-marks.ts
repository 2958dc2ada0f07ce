import { stat, unlink } from 'node:fs/promises';
import type pg from 'pg';
import { z } from 'zod';
import { flushHeadHash } from '../../core/ledger/flush-head.ts';
import { query } from '../pool.ts';
import { readMarkFiles } from './mark-files.ts';

const keptMs = 30 * 24 * 3_600_000;

/** Whether the last entry of a flush stands in the tree of a signed checkpoint: then that proves more than its mark. */
const coveredStatement = {
  name: 'journal-mark-covered',
  text: `SELECT EXISTS (
    SELECT 1 FROM ledger_flush f
    JOIN ledger_entry e ON e.instance = f.instance AND e.sequence = f.first + f.count - 1
    JOIN ledger_tree t ON t.entry_id = e.id
    WHERE f.instance = $1 AND f.number = $2 AND f.head = $3
      AND t.index < (SELECT max(size) FROM ledger_checkpoint)) AS covered`,
};

const coveredRow = z.strictObject({ covered: z.boolean() });

/**
 * Removes the marks of instances that ended a month ago or more, as far as a checkpoint covers them. What is
 * no mark stays: somebody has to look at it. Throws `Fault('database-unavailable')`.
 */
export async function tidyMarks(directory: string, pool: pg.Pool, now: Date): Promise<void> {
  for (const { path, mark } of await readMarkFiles(directory)) {
    const { mtimeMs } = await stat(path);
    if (mark === null || now.getTime() - mtimeMs < keptMs) continue;
    const { instance, number } = mark.head;
    const [row] = await query(pool, coveredStatement, [instance, number, flushHeadHash(mark.head)]);
    if (coveredRow.parse(row).covered) await unlink(path);
  }
}
