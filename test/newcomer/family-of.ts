import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * The processes that stand on this place: started with it as their temporary directory, named with it
 * on their command line, or working in it. PostgreSQL's server processes have an environment and titles
 * of their own, and still work in their data directory; a dead parent takes none of these signs away.
 */
export function familyOf(place: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => pid !== process.pid && standsOn(pid, place));
}

function standsOn(pid: number, place: string): boolean {
  if (/^State:\s+Z/m.test(read(pid, 'status'))) return false;
  return (
    read(pid, 'environ').split('\0').includes(`TMPDIR=${place}`) ||
    read(pid, 'cmdline').includes(place) ||
    workingDirectory(pid).startsWith(place)
  );
}

/** Empty for a process that has ended since it was listed, or that is another user's. */
function read(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
