import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { startLedgerBenchServer } from './ledger-bench-server.ts';
import { type LedgerOptions, ledgerHelp, parseLedgerOptions } from './ledger-options.ts';
import { type LedgerPart, type LedgerReport, ledgerGoals, renderLedgerReport } from './ledger-report.ts';
import { measureCheckpoints } from './measure-checkpoints.ts';
import { measureAlone, measureGroup } from './measure-commits.ts';
import { measureDisk } from './measure-disk.ts';
import { measureProof } from './measure-proof.ts';
import { measureVerify } from './measure-verify.ts';

const results = join(import.meta.dirname, '../results');

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function measured({ parts, seconds, repetitions, entries, leaves }: LedgerOptions): Promise<LedgerReport> {
  const [load = 0] = loadavg();
  const timing = { seconds, repetitions, say };
  const has = (part: LedgerPart) => parts.includes(part);
  say('starting PostgreSQL');
  const server = await startLedgerBenchServer();
  try {
    const figures = {
      alone: has('alone') ? await measureAlone(server, timing) : null,
      group: has('group') ? await measureGroup(server, timing) : null,
      checkpoints: has('checkpoints') ? await measureCheckpoints(server, timing) : null,
      verify: has('verify') ? await measureVerify(server, entries, timing) : null,
      proof: has('proof') ? await measureProof(server, leaves, timing) : null,
      disk: has('disk') ? await measureDisk(timing) : null,
    };
    const noRoom = has('proof') && figures.proof === null;
    return {
      conditions: {
        node: process.version,
        postgres: server.version,
        cores: cpus().length,
        processor: cpus()[0]?.model ?? 'unknown',
        load,
        at: new Date().toISOString(),
        secondsEach: seconds,
        repetitions,
      },
      figures,
      goals: ledgerGoals(figures),
      skipped: noRoom ? [`proof: not measured, there is no room on the disk for ${leaves} entries`] : [],
    };
  } finally {
    await server.stop();
  }
}

/** `npm run bench -- ledger`: the exit code; 1 where a goal is missed or not measured, 2 where the call is wrong. */
export async function runLedgerBench(args: readonly string[]): Promise<number> {
  const parsed = parseLedgerOptions(args);
  if (parsed.kind === 'help') {
    process.stdout.write(ledgerHelp);
    return 0;
  }
  if (parsed.kind === 'invalid') {
    process.stderr.write(`${parsed.problem}\n\n${ledgerHelp}`);
    return 2;
  }
  const report = await measured(parsed);
  const text = `${JSON.stringify(report, null, 2)}\n`;
  process.stdout.write(parsed.json ? text : `\n${renderLedgerReport(report, process.stdout.columns ?? 100)}\n`);
  if (parsed.isWhole) {
    await mkdir(results, { recursive: true });
    const file = join(results, 'ledger.json');
    await writeFile(file, text);
    say(`kept in ${file}`);
  }
  return report.skipped.length === 0 && report.goals.every(({ met }) => met) ? 0 : 1;
}
