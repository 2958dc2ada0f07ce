import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type BenchOptions, help, parseBenchOptions } from './bench-options.ts';
import { renderReport, report } from './bench-report.ts';
import { runRounds } from './bench-rounds.ts';
import { runCertificateBench } from './certificate/certificate-bench.ts';
import { startBenchWorld } from './demo-bench-world.ts';
import { runLedgerBench } from './ledger/ledger-bench.ts';
import { measureIdle } from './measure-idle.ts';
import { runPolicyBench } from './policy/policy-bench.ts';
import { runTlsBench } from './tls/tls-bench.ts';

/**
 * `npm run bench`: starts the demo's world, measures it, prints the ratios and keeps the report; `-- policy` measures
 * the policy engine instead, `-- tls` new connections, `-- certificate` the check of a caller, `-- ledger` the ledger.
 */
const results = join(import.meta.dirname, 'results');

async function serverVersion(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  return rows[0]?.server_version ?? 'unknown';
}

/** Progress goes to the error output, so that `--json` leaves JSON alone on the other. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function bench({ seconds, repetitions, clients, json }: BenchOptions): Promise<void> {
  say('starting the world');
  const world = await startBenchWorld();
  try {
    const at = new Date().toISOString();
    const postgres = await serverVersion(world.databaseUrl);
    const times = { measureMs: seconds * 1_000, warmUpMs: 1_000, heatMs: 8_000 };
    const statements = { clients: 64, each: 20 };
    const rounds = await runRounds(world, { ...times, clients, statements, repetitions, say });
    say('measuring while nobody calls');
    const idle = await measureIdle(world, { waiting: 100_000, spanMs: times.measureMs, repetitions });
    const made = report(
      {
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        cores: cpus().length,
        processor: cpus()[0]?.model ?? 'unknown',
        postgres,
        at,
        secondsEach: seconds,
        repetitions,
        clients,
      },
      rounds,
      idle,
    );
    await mkdir(results, { recursive: true });
    const file = join(results, `${at.slice(0, 19).replaceAll(':', '')}Z.json`);
    const text = `${JSON.stringify(made, null, 2)}\n`;
    await writeFile(file, text);
    process.stdout.write(json ? text : `\n${renderReport(made, process.stdout.columns ?? 100)}\n`);
    say(`kept in ${file}`);
  } finally {
    await world.stop();
  }
}

async function benchGateway(args: readonly string[]): Promise<number> {
  const parsed = parseBenchOptions(args);
  if (parsed.kind === 'help') process.stdout.write(help);
  if (parsed.kind === 'invalid') {
    process.stderr.write(`${parsed.problem}\n\n${help}`);
    return 2;
  }
  if (parsed.kind === 'run') await bench(parsed.options);
  return 0;
}

const [first, ...rest] = process.argv.slice(2);
const parts = new Map([
  ['policy', runPolicyBench],
  ['tls', runTlsBench],
  ['certificate', runCertificateBench],
  ['ledger', runLedgerBench],
]);
const part = parts.get(first ?? '');
process.exitCode = part === undefined ? await benchGateway(process.argv.slice(2)) : await part(rest);
