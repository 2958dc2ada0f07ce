import { readdirSync, readFileSync } from 'node:fs';

/** null: there is no such process. */
export function parentOf(pid: number): number | null {
  return Number(/^PPid:\s*(\d+)$/m.exec(statusOf(pid))?.[1] ?? Number.NaN) || null;
}

/** The process and all of its children. */
export function withChildren(pid: number): readonly number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return [pid, ...numbers.map(Number).filter((other) => parentOf(other) === pid)];
}

/** Whether SIGSTOP has stopped it: a signal takes a moment to arrive. */
export function isStopped(pid: number): boolean {
  return /^State:\s*T/m.test(statusOf(pid));
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // It ended since it was listed.
    return '';
  }
}
