import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a set of members',
  record: 'a set of members',
};

/** What an author reads about one fault of form; words that a schema gave itself are kept. */
export function issueWords(issue: z.core.$ZodIssue): string {
  const missing = issue.input === undefined && issue.path.length > 0;
  const name = String(issue.path.at(-1) ?? '');
  if (issue.code === 'invalid_value') {
    const words =
      issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `must be one of ${issue.values.join(', ')}`;
    return missing ? `"${name}" is missing: ${words}` : words;
  }
  if (!/^(Invalid input|Too small|Too big)/.test(issue.message)) return issue.message;
  if (missing) return `"${name}" is missing`;
  if (issue.code === 'invalid_type') return `must be ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return issue.message;
  const counted = issue.origin === 'array' ? ' items' : issue.origin === 'string' ? ' characters' : '';
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${counted}`;
  if (issue.minimum === 1 && counted !== '') return 'must not be empty';
  return `must be at least ${issue.minimum}${counted}`;
}
