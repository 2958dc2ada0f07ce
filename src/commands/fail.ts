import { ConfigError } from '../config.ts';

/** Exit codes: 0 it went well, 1 it was done and the answer is no, 2 it could not be done. */
const cannot = 2;

/** Ends a command that could not be done: one line per problem, what was wrong and where; never a stack. */
export function fail(error: unknown): void {
  const lines = error instanceof ConfigError ? error.problems : [messageOf(error)];
  for (const line of lines) process.stderr.write(`sluis: ${line}\n`);
  process.exitCode = cannot;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an error was thrown';
  // Node reports a refused connection to several addresses at once without a message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error.message || error.name;
}
