import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hasCode } from './errno.ts';

/** Whether it still runs: a process that ended and that nobody has waited for (a zombie) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM') && !isZombie(pid); // there, and somebody else's
  }
  return !isZombie(pid);
}

/** Where the first process of a container does not reap, zombies stay; without /proc none can be seen. */
function isZombie(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return ['Z', 'X'].includes(text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3));
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES')) return false;
    throw error;
  }
}

/**
 * When a process started, in ticks since boot: with the pid it names one process, where pids are
 * used again. Null where the system has no /proc.
 */
export async function startTicks(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name in parentheses may hold spaces; field 22 is the twentieth after it.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

/** The program and its arguments, or null when it cannot be seen. */
export async function commandLine(pid: number): Promise<readonly string[] | null> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return text === null ? null : text.split('\0').filter((part) => part !== '');
}

/** Resolves true once the process is gone, false when it is still there after `timeoutMs`. */
export async function gone(pid: number, timeoutMs: number): Promise<boolean> {
  for (let waitedMs = 0; isAlive(pid); waitedMs += 20) {
    if (waitedMs >= timeoutMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
