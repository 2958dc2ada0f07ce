import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { Problems } from '../core/category/file-problem.ts';
import { type PolicyFileError, parseYaml } from './yaml-file.ts';

/**
 * Reads one YAML or JSON file in one form, with every guard of the policy files: what cannot be seen,
 * looks like something else, nests without end or hides behind another name is refused, and every
 * problem has its line and column. Throws when the file cannot be read.
 */
export function readForm<T>(
  schema: z.ZodType<T>,
  path: string,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: readonly PolicyFileError[] } {
  const parsed = parseYaml(path, readFileSync(path));
  if (!parsed.ok) return parsed;
  const notes = new Problems(path);
  const value = notes.parse(schema, parsed.yaml.content);
  if (value !== null) return { ok: true, value };
  return {
    ok: false,
    errors: notes.found.map(({ path: at, at: where, message }) => parsed.yaml.errorAt(at, where, message)),
  };
}
