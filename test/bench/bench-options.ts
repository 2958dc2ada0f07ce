import { parseArgs } from 'node:util';
import { clientCounts } from './bench-report.ts';

export const help = `npm run bench [-- OPTIONS]
npm run bench -- policy [OPTIONS]   the policy engine, beside others; see its --help
npm run bench -- tls [OPTIONS]      new connections, beside nginx; see its --help
npm run bench -- certificate        what the certificate of a caller costs for each request
npm run bench -- ledger [OPTIONS]   what the ledger costs, and how fast it proves; see its --help

Brokered disclosures per second, p50, p99 and processor time of the gateway over kept mutual-TLS
connections, at 1, 8, 64 and 300 clients, in clear and sealed; beside it in the same run a bare TLS
proxy to the same source, INSERTs of one row a commit on the same database, and by pgbench, where it
is on the machine, the statements of the same disclosures with a commit each; then what the gateway
uses while nobody calls and 100,000 requests wait. Everything runs on this machine, so that only the
ratios travel. The report is kept under test/bench/results/.

  --seconds N      how long each measurement lasts, 1 to 120 (default 5)
  --repetitions N  rounds, of which the median counts, 1 to 25 (default 3)
  --clients LIST   how many clients at once, of 1, 8, 64 and 300 (default all: 1,8,64,300)
  --json           print the report as JSON
  --help           this text
`;

export interface BenchOptions {
  readonly seconds: number;
  readonly repetitions: number;
  readonly clients: readonly number[];
  readonly json: boolean;
}

export type Parsed =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

function whole(text: string, max: number): number | null {
  return /^[1-9][0-9]{0,3}$/.test(text) && Number(text) <= max ? Number(text) : null;
}

/** In ascending order; null: one of them is none of those that are measured. */
function countsIn(list: string): readonly number[] | null {
  const named = list.split(',');
  const counts = clientCounts.filter((count) => named.includes(String(count)));
  return counts.length === named.length ? counts : null;
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    seconds: { ...text, default: '5' },
    repetitions: { ...text, default: '3' },
    clients: { ...text, default: clientCounts.join(',') },
    json: flag,
    help: flag,
  };
  return parseArgs({ args: [...args], options }).values;
}

export function parseBenchOptions(args: readonly string[]): Parsed {
  let values: ReturnType<typeof read>;
  try {
    values = read(args);
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'invalid', problem: error.message };
    throw error;
  }
  if (values.help) return { kind: 'help' };
  const seconds = whole(values.seconds, 120);
  const repetitions = whole(values.repetitions, 25);
  if (seconds === null) return { kind: 'invalid', problem: '--seconds is a whole number from 1 to 120' };
  if (repetitions === null) return { kind: 'invalid', problem: '--repetitions is a whole number from 1 to 25' };
  const clients = countsIn(values.clients);
  if (clients === null)
    return { kind: 'invalid', problem: `--clients is a list of some of ${clientCounts.join(', ')}` };
  return { kind: 'run', options: { seconds, repetitions, clients, json: values.json } };
}
