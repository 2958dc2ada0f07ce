import { parseArgs } from 'node:util';

export const tlsHelp = `npm run bench -- tls [OPTIONS]

New mutual-TLS connections per second, one request on each: the gateway's listener for partners with
every check on (path, purpose, lists, OIN, registry, limits), beside Debian's nginx with the same chain, lists
and suites that answers by itself, and a bare node:https server that looks at nothing. First without
resumption, then with it. The same load generator for all, in turns; only the ratios travel. Asks for
nginx (apt-get install nginx). Kept as test/bench/results/tls.json; exit code 1 where a goal is missed.

  --seconds N      how long each measurement lasts, 1 to 120 (default 5)
  --repetitions N  rounds, of which the median counts, 1 to 25 (default 5)
  --json           print the report as JSON
  --help           this text
`;

export interface TlsBenchOptions {
  readonly seconds: number;
  readonly repetitions: number;
  readonly json: boolean;
}

export type ParsedTls =
  | ({ readonly kind: 'run' } & TlsBenchOptions)
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

function read(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const number = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const options = { seconds: number('5'), repetitions: number('5'), json: flag, help: flag };
  return parseArgs({ args: [...args], options }).values;
}

function whole(text: string, most: number): number | null {
  return /^[1-9][0-9]{0,2}$/.test(text) && Number(text) <= most ? Number(text) : null;
}

export function parseTlsOptions(args: readonly string[]): ParsedTls {
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
  return { kind: 'run', seconds, repetitions, json: values.json };
}
