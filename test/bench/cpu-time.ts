import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the kernel's own tick is. */
const tickUs = 10_000;

/**
 * Processor time, user and system, that a process has used since it started, in microseconds. null
 * where the system has no /proc (macOS). Throws when the process is gone.
 */
export function cpuTimeUs(pid: number, platform: string = process.platform): number | null {
  if (platform !== 'linux') return null;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold spaces and brackets: fields count from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}
