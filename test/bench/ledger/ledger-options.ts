import { parseArgs } from 'node:util';
import { type LedgerPart, ledgerParts } from './ledger-report.ts';

export const ledgerHelp = `npm run bench -- ledger [OPTIONS]

What the ledger costs and how fast it proves, on a PostgreSQL of its own that waits for the disk. Parts:

  alone        disclosure transactions (lock what they rest on, move the request, write the entry), a commit
               each, at 8 and 32 connections: with the ledger's rows, sealed, signed and chained, against the
               same with the rows of a plain log: the same bytes, made beforehand, under the same search indexes
  group        entries a second of 32 callers who share commits, against one commit each at 32 connections:
               the same transaction with those plain rows, and one bare INSERT of the same bytes
  checkpoints  from commit to signed checkpoint, at an interval of 50 ms
  verify       CPU-seconds of "sluis ledger verify" over an export of 1,000,000 entries
  proof        proof of one entry among 10,000,000 (asks for 6 GB of disk)
  disk         bytes in the database for each disclosure, asked of a gateway

Only ratios travel to other machines. Kept as test/bench/results/ledger.json, unless --only or a size is
given; exit code 1 where a goal is missed.

  --seconds N      how long each measurement lasts, 1 to 120 (default 5)
  --repetitions N  rounds, of which the median counts, 1 to 25 (default 5)
  --only PART,...  these parts alone
  --entries N      entries to verify, 1,000 to 10,000,000 (default 1000000)
  --leaves N       entries to prove one among, 1,000 to 100,000,000 (default 10000000)
  --json           print the report as JSON
  --help           this text
`;

export interface LedgerOptions {
  readonly seconds: number;
  readonly repetitions: number;
  readonly parts: readonly LedgerPart[];
  readonly entries: number;
  readonly leaves: number;
  readonly json: boolean;
  /** Whether everything is measured at its full size, so that the report may be kept. */
  readonly isWhole: boolean;
}

export type ParsedLedger =
  | ({ readonly kind: 'run' } & LedgerOptions)
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

const sizes = { entries: 1_000_000, leaves: 10_000_000 };

function read(args: readonly string[]) {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    ...{ seconds: text('5'), repetitions: text('5'), only: text(ledgerParts.join(',')) },
    ...{ entries: text(String(sizes.entries)), leaves: text(String(sizes.leaves)), json: flag, help: flag },
  };
  return parseArgs({ args: [...args], options }).values;
}

export function parseLedgerOptions(args: readonly string[]): ParsedLedger {
  let values: ReturnType<typeof read>;
  try {
    values = read(args);
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'invalid', problem: error.message };
    throw error;
  }
  if (values.help) return { kind: 'help' };
  const bounds = [
    ['seconds', 1, 120],
    ['repetitions', 1, 25],
    ['entries', 1_000, 10_000_000],
    ['leaves', 1_000, 100_000_000],
  ] as const;
  for (const [name, least, most] of bounds) {
    const value = /^[1-9][0-9]{0,8}$/.test(values[name]) ? Number(values[name]) : 0;
    if (value < least || value > most) {
      return { kind: 'invalid', problem: `--${name} is a whole number from ${least} to ${most}` };
    }
  }
  const asked = new Set(values.only.split(','));
  const parts = ledgerParts.filter((part) => asked.has(part));
  if (parts.length !== asked.size) {
    return { kind: 'invalid', problem: `--only takes parts out of ${ledgerParts.join(', ')}` };
  }
  const [entries, leaves] = [Number(values.entries), Number(values.leaves)];
  const isWhole = parts.length === ledgerParts.length && entries >= sizes.entries && leaves >= sizes.leaves;
  const { json } = values;
  const times = { seconds: Number(values.seconds), repetitions: Number(values.repetitions) };
  return { kind: 'run', ...times, parts, entries, leaves, json, isWhole };
}
