import process from 'node:process';
import type { AccessLog } from '../api/access-log.ts';

const broken = 1;

/**
 * For a process that serves: an error that nobody caught ends it with exit code 1 and one line that says which and
 * where. INVARIANT: never its message, cause or members, all of which Node prints and any of which may hold what a
 * database or a source said about a person. Node's own reports are off, since they hold the same and the environment.
 */
export function endOnFault(log: Pick<AccessLog, 'crash' | 'warning'>): void {
  if (process.report !== undefined) {
    process.report.reportOnFatalError = false;
    process.report.reportOnUncaughtException = false;
    process.report.reportOnSignal = false;
  }
  const end = (thrown: unknown): void => {
    log.crash(thrown);
    process.exit(broken);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
  // Node would print the message of each, and libraries choose those; which kind it was is enough.
  process.removeAllListeners('warning');
  process.on('warning', ({ name }) => log.warning(name));
}
