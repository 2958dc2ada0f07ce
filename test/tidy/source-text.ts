import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

export function read(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

/** Paths from the repository's root, in order; nothing of what git ignores. */
export function files(pattern: string | readonly string[]): string[] {
  const exclude = ['node_modules/**', '.git/**', '.sluis/**', 'coverage/**'];
  return globSync(pattern, { cwd: repository, exclude }).sort();
}

const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** What stands between the quotes of each string of a source text; comments may say anything. */
export function stringsOf(source: string): string[] {
  const tokens = source.match(token) ?? [];
  return tokens.filter((text) => !text.startsWith('/')).map((text) => text.slice(1, -1));
}

/** The source text without strings and comments. */
export function codeOf(source: string): string {
  return source.replace(token, '""');
}
