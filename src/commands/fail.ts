import { ConfigError } from '../config.ts';

/** Exit codes: 0 it went well, 1 it was done and the answer is no, 2 it could not be done. */
const cannot = 2;

/**
 * Ends a command that could not be done: one line per problem, what was wrong and where; never a stack.
 * With `--json` also as JSON on standard output.
 */
export function fail(error: unknown, json = process.argv.includes('--json')): void {
  const lines = error instanceof ConfigError ? error.problems : [messageOf(error)];
  for (const line of lines) process.stderr.write(`sluis: ${line}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: lines })}\n`);
  process.exitCode = cannot;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an error was thrown';
  // Node reports a refused connection to several addresses at once without a message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return fileWords(error) ?? (error.message || error.name);
}

/** What the system said of a file or folder, for people; null: it said something else. */
function fileWords(error: NodeJS.ErrnoException): string | null {
  const { code, path } = error;
  const words = code === undefined ? undefined : systemWords[code];
  return words === undefined || path === undefined ? null : `${path}: ${words}`;
}

const systemWords: Readonly<Partial<Record<string, string>>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'is not a folder, or lies below what is none',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be read or written by this user',
  EEXIST: 'exists already',
  ELOOP: 'is a link that leads back to itself',
};
