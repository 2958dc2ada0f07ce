import { open, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExportFault } from './export-fault.ts';
import { hasCode } from './write-aside.ts';

/** Who writes into a folder stands in the name of a file: made at once or not at all, and never half read. */
interface Writer {
  readonly pid: number;
  /** In ticks since boot: with the pid it names one process; null where the system does not say. */
  readonly started: string | null;
  readonly host: string;
}

const writerForm = /^\.writer-([0-9]+)-([0-9]+|unknown)-(.+)$/;
const patienceMs = 1_000;

/** Whether a file says no more than that somebody writes into its folder. */
export function namesWriter(file: string): boolean {
  return writerForm.test(file);
}

/**
 * Works in a folder as the only one who writes there. Each writer shows itself first and looks around then, so that
 * of two at least one sees the other; who sees another steps back. Those of dead ones are removed.
 * Throws `ExportFault` when another process writes there.
 */
export async function writeAlone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const mine = path.join(folder, nameOf(await thisWriter()));
  await showAlone(folder, mine);
  try {
    return await work();
  } finally {
    await rm(mine, { force: true });
  }
}

async function showAlone(folder: string, mine: string): Promise<void> {
  for (const since = performance.now(); ; ) {
    await show(folder, mine);
    const other = await livingOther(folder, mine);
    if (other === null) return;
    await rm(mine);
    // Two that began at once both step back; the next time they hardly meet.
    if (performance.now() - since > patienceMs) throw inUse(folder, other);
    await sleep(50 + Math.random() * 200);
  }
}

async function show(folder: string, mine: string): Promise<void> {
  try {
    await (await open(mine, 'wx')).close();
  } catch (error) {
    // This very process, twice.
    if (hasCode(error, 'EEXIST')) throw inUse(folder, await thisWriter());
    throw error;
  }
}

async function livingOther(folder: string, mine: string): Promise<Writer | null> {
  for (const name of await readdir(folder)) {
    const other = name === path.basename(mine) ? null : writerIn(name);
    if (other === null) continue;
    if (await mayRun(other)) return other;
    await rm(path.join(folder, name), { force: true });
  }
  return null;
}

function inUse(folder: string, { pid, host }: Writer): ExportFault {
  const where = host === os.hostname() ? '' : ` on ${host} (if it is gone, remove the .writer file)`;
  return new ExportFault(`${folder}: another export writes here, process ${pid}${where}; wait until it has ended`);
}

/** Only of this host it can be known that a process is gone; any other one counts as running. */
async function mayRun({ pid, started, host }: Writer): Promise<boolean> {
  if (host !== os.hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!hasCode(error, 'EPERM')) return false;
  }
  const now = await stateOf(pid);
  if (now === null) return true;
  return !['Z', 'X'].includes(now.state) && (started === null || now.started === started);
}

/** null: the system does not say. */
async function stateOf(pid: number): Promise<{ readonly state: string; readonly started: string } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name in parentheses may hold spaces; the state comes next, and the start nineteen fields later.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields?.[0], fields?.[19]];
  return state === undefined || started === undefined ? null : { state, started };
}

async function thisWriter(): Promise<Writer> {
  return { pid: process.pid, started: (await stateOf(process.pid))?.started ?? null, host: os.hostname() };
}

function nameOf({ pid, started, host }: Writer): string {
  return `.writer-${pid}-${started ?? 'unknown'}-${host}`;
}

function writerIn(name: string): Writer | null {
  const [, pid, started, host] = writerForm.exec(name) ?? [];
  if (pid === undefined || host === undefined) return null;
  return { pid: Number(pid), started: started === 'unknown' ? null : (started ?? null), host };
}
