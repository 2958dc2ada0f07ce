import { createReadStream, statSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import { type Instant, instant } from '../core/brand.ts';
import { type HistoryItem, parseHistoryLine } from '../core/policy/replay/recorded-decision.ts';
import { openKeys } from '../crypto/keys.ts';
import { countDecisions, decisionHistory, type Period } from '../store/decision-history.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { startOf } from './policy-sign.ts';
import { progress } from './terminal.ts';
import { withDatabase } from './with-database.ts';

export interface PeriodOptions {
  readonly from?: string;
  readonly to?: string;
}

type Take = (items: readonly HistoryItem[]) => void;

const longestLine = 1_000_000;
/** Small, so that what is read is gone before the collector of garbage counts it as old. */
const chunkSize = 1 << 16;

/**
 * Gives every decision of the period, oldest first and a part at a time: of a history file, or of the
 * ledger where no file is named. Throws `ConfigError` for a file that is none, naming the line.
 */
export async function eachDecision(file: string | null, options: PeriodOptions, take: Take): Promise<void> {
  const period = periodOf(options);
  await (file === null ? fromLedger(period, take) : fromFile(file, period, take));
}

async function fromLedger(period: Period, take: Take): Promise<void> {
  const shown = progress('decisions');
  await withDatabase('serve', async (pool, _dataDir, settings, vault) => {
    const { subjects } = await openRecordedKeys(pool, (may) => openKeys({ ...settings, ...may }), instant(new Date()));
    const total = await countDecisions(pool, period);
    let done = 0;
    for await (const items of decisionHistory({ pool, vault }, subjects, period)) {
      take(items);
      done += items.length;
      shown.tick(done, total);
    }
  });
  shown.done();
}

async function fromFile(file: string, { from, to }: Period, take: Take): Promise<void> {
  const shown = progress('MB of history');
  const total = statSync(file).size;
  let [line, read, rest] = [0, 0, ''];
  const parse = (text: string): HistoryItem[] => {
    line += 1;
    const item = parseLine(`${file}:${line}`, text);
    return item.at >= from && item.at < to ? [item] : [];
  };
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: chunkSize })) {
    const text: string = rest + chunk;
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new ConfigError([`${file}:${line + lines.length + 1}: is too long a line`]);
    take(lines.flatMap(parse));
    read += chunk.length;
    shown.tick(Math.floor(read / 1e6), Math.ceil(total / 1e6));
  }
  if (rest !== '') take(parse(rest));
  shown.done();
}

function parseLine(place: string, text: string): HistoryItem {
  try {
    return parseHistoryLine(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new ConfigError([`${place}: is no decision as policy history export writes it`]);
  }
}

function periodOf({ from, to }: PeriodOptions): Period {
  const first = '0001-01-01T00:00:00.000Z' as Instant;
  const last = '9999-12-31T23:59:59.999Z' as Instant;
  return { from: startOf(from) ?? first, to: startOf(to, '--to') ?? last };
}
