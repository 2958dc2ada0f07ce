import { parseArgs } from 'node:util';

export const policyHelp = `npm run bench -- policy [OPTIONS]

Requests per CPU-second of the policy engine, beside Cedar, CASL and casbin on the same generated
sets of 200 and 5,000 rules and the same 2,000 requests of six fields, in one process. Every verdict
is checked against the oracle; what differs is shown as wrong. Then what loading costs, and whether
the heap grows over 100 reloads. Only the ratios travel. Kept as test/bench/results/policy.json.

  --repetitions N  repetitions, of which the median counts, 1 to 25 (default 7)
  --json           print the report as JSON
  --help           this text
`;

export type ParsedPolicy =
  | { readonly kind: 'run'; readonly repetitions: number; readonly json: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

function read(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const options = { repetitions: { type: 'string', default: '7' }, json: flag, help: flag } as const;
  return parseArgs({ args: [...args], options }).values;
}

export function parsePolicyOptions(args: readonly string[]): ParsedPolicy {
  let values: ReturnType<typeof read>;
  try {
    values = read(args);
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'invalid', problem: error.message };
    throw error;
  }
  if (values.help) return { kind: 'help' };
  const repetitions = /^[1-9][0-9]?$/.test(values.repetitions) ? Number(values.repetitions) : 0;
  if (repetitions < 1 || repetitions > 25)
    return { kind: 'invalid', problem: '--repetitions is a whole number from 1 to 25' };
  return { kind: 'run', repetitions, json: values.json };
}
