import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { writeExport } from '../../../src/archive/write-export.ts';
import { median } from '../statistics.ts';
import type { LedgerBenchServer } from './ledger-bench-server.ts';
import type { Timing, VerifyFigures } from './ledger-report.ts';
import { syntheticLedger } from './synthetic-ledger.ts';

const origin = 'sluis.bench/ledger';
const main = new URL('../../../src/main.ts', import.meta.url).pathname;
/**
 * Said by the process itself when it ends: all its threads, user and system. Where the system tells the most memory of
 * this program alone, that: the other figure begins with what the process that started it had.
 */
const tellUse = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync } from 'node:fs';
  const own = () => {
    const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
    const [, most] = /^VmHWM:\\s+([0-9]+) kB$/m.exec(status) ?? [];
    return most === undefined ? {} : { maxRSS: Number(most) };
  };
  process.on('exit', () => process.stderr.write('\\n' + JSON.stringify({ ...process.resourceUsage(), ...own() })));
`)}`;
const use = z.object({ userCPUTime: z.int(), systemCPUTime: z.int(), maxRSS: z.int() });
const report = z.object({ ok: z.boolean(), entries: z.int(), problemCount: z.int() });
/** One run takes long enough to be a mean of its own. */
const mostRuns = 3;

/** The command as an auditor runs it, over an export of at least so many entries. */
export async function measureVerify(
  { folder, keys }: Pick<LedgerBenchServer, 'folder' | 'keys'>,
  entries: number,
  { repetitions, say }: Timing,
): Promise<VerifyFigures> {
  const directory = join(folder, 'export');
  say(`verify: writing an export of ${entries} entries`);
  const written = await writeExport(syntheticLedger(entries, origin, keys), directory, {
    ...{ origin, since: null, now: new Date().toISOString() },
  });
  const runs = Math.min(repetitions, mostRuns);
  const measured = async (name: string, options: readonly string[]) => {
    const found: Awaited<ReturnType<typeof verify>>[] = [];
    for (let run = 1; run <= runs; run += 1) {
      say(`verify ${name}: run ${run} of ${runs}`);
      found.push(await verify(directory, options, written.size));
    }
    return found;
  };
  const without = await measured('without signatures', ['--no-signatures']);
  const all = await measured('with signatures', []);
  await rm(directory, { recursive: true });
  return {
    entries: written.size,
    bytes: written.bytes,
    cpuSeconds: median(without.map(({ cpuSeconds }) => cpuSeconds)),
    cpuSecondsWithSignatures: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    maxRssMb: Math.max(...[...without, ...all].map(({ maxRssMb }) => maxRssMb)),
    runs: { without, all },
  };
}

async function verify(directory: string, options: readonly string[], entries: number) {
  const args = ['--import', tellUse, main, 'ledger', 'verify', directory, '--json', ...options];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  const told = report.parse(JSON.parse(stdout));
  if (!told.ok || told.entries !== entries) throw new Error(`the export did not verify: ${told.problemCount} problems`);
  const { userCPUTime, systemCPUTime, maxRSS } = use.parse(JSON.parse(stderr.trim().split('\n').at(-1) ?? ''));
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxRssMb: Math.round(maxRSS / 1_024) };
}
