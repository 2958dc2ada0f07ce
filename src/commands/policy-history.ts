import { appendFileSync, closeSync, openSync, rmSync } from 'node:fs';
import { historyLine } from '../core/policy/replay/recorded-decision.ts';
import { eachDecision, type PeriodOptions } from './decision-source.ts';

/**
 * `policy history export FILE`: every decision on record with the values of its conditions, for a
 * replay elsewhere. It tells what was on record about people, though not about whom: for the owner of
 * the file alone, and never over another file. What could not be finished is not left behind, since
 * nobody would see that it is not the whole.
 */
export async function policyHistoryExport(file: string, options: PeriodOptions): Promise<void> {
  const out = openSync(file, 'wx', 0o600);
  let count = 0;
  let whole = false;
  try {
    await eachDecision(null, options, (items) => {
      count += items.length;
      appendFileSync(out, items.map((item) => `${historyLine(item)}\n`).join(''));
    });
    whole = true;
  } finally {
    closeSync(out);
    if (!whole) rmSync(file);
  }
  process.stdout.write(`${count} decisions written to ${file}\n`);
}
