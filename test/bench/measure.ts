import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Processes } from '../../src/processes/processes.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { type LoadPlan, loadResult } from './load-plan.ts';

/** One run of the load generator against one server. */
export interface Measurement {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of the calls that were told to come again later, 0 to 1. */
  readonly busyShare: number;
  /** Processor time of the measured processes per exchange, µs; null where the system does not tell. */
  readonly cpuUs: number | null;
}

export interface Measuring {
  readonly processes: Processes;
  /** For plans, which hold keys: readable for this user alone. */
  readonly folder: string;
}

let plans = 0;

export async function writePlan({ folder }: Measuring, plan: object): Promise<string> {
  plans += 1;
  const path = join(folder, `plan-${plans}.json`);
  await writeFile(path, JSON.stringify(plan), { mode: 0o600 });
  return path;
}

function cpuOf(pids: readonly number[]): number | null {
  const times = pids.map((pid) => cpuTimeUs(pid));
  return times.reduce((sum, time) => (sum === null || time === null ? null : sum + time), 0);
}

/** Runs the load in a process of its own. Throws when an answer had another status than expected. */
export async function measure(to: Measuring, plan: LoadPlan, pids: readonly number[]): Promise<Measurement> {
  const path = await writePlan(to, plan);
  const before = cpuOf(pids);
  const generator = await to.processes.start({
    name: 'load generator',
    module: new URL('./load-generator.ts', import.meta.url),
    args: [path],
    log: null,
    // It has done its work when it says that it is ready.
    ready: loadResult,
    readyWithinMs: plan.warmUpMs + plan.measureMs + 30_000,
  });
  const after = cpuOf(pids);
  await generator.exited;
  await rm(path);
  const { exchanges, busy, measuredMs, total, p50Us, p99Us } = generator.ready;
  return {
    perSecond: (exchanges * 1_000) / measuredMs,
    p50Ms: p50Us / 1_000,
    p99Ms: p99Us / 1_000,
    busyShare: busy / (exchanges + busy),
    cpuUs: before === null || after === null ? null : (after - before) / total,
  };
}
