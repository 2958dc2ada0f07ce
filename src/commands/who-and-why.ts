import { readFileSync } from 'node:fs';

export interface WhoAndWhy {
  readonly by?: string;
  readonly ground?: string;
}

const longest = 10_000;

/** As the options say it; what they leave out is read from standard input, a line each: first who, then why. */
export function whoAndWhy({ by, ground }: WhoAndWhy): { readonly by: string; readonly ground: string } {
  if (by !== undefined && ground !== undefined) return { by, ground };
  const lines = readFileSync(0, 'utf8')
    .slice(0, longest)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const who = by ?? lines.shift() ?? '';
  return { by: who, ground: ground ?? lines.shift() ?? '' };
}
