import { join } from 'node:path';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { type LoadedPolicySet, loadPolicySet } from '../policy-files/load.ts';
import { printLoadErrors } from './terminal.ts';

/**
 * The policies of a folder; null, with every fault told and the exit code set, where they do not load.
 * Throws when the folder cannot be read.
 */
export function loadPolicies(dir: string, json: boolean, stream: NodeJS.WritableStream = process.stdout) {
  const found = loadPolicySet(dir);
  if (found.ok) return found.set;
  printLoadErrors(found.errors, json, stream);
  return null;
}

/** Two sets to compare; null, with the faults of both told, each under the folder it stands in. */
export function loadBothPolicies(
  oldDir: string,
  newDir: string,
  json: boolean,
): readonly [before: PolicySet, after: PolicySet] | null {
  const before = loadPolicySet(oldDir);
  const after = loadPolicySet(newDir);
  if (before.ok && after.ok) return [before.set, after.set];
  const faults = new Map([...errorsIn(oldDir, before), ...errorsIn(newDir, after)]);
  printLoadErrors([...faults.values()], json);
  return null;
}

/** By place and words, so that a folder that is compared with itself tells each fault once. */
function errorsIn(dir: string, loaded: LoadedPolicySet) {
  if (loaded.ok) return [];
  return loaded.errors.map((error) => {
    const placed = { ...error, file: join(dir, error.file) };
    return [JSON.stringify(placed), placed] as const;
  });
}
