import { resolve } from 'node:path';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import { loadPolicySet } from '../../src/policy-files/load.ts';

/** The policies that the product ships. */
export function shippedSet(): PolicySet {
  const loaded = loadPolicySet(resolve(import.meta.dirname, '../../policies'));
  if (!loaded.ok) throw new Error(loaded.errors.map((error) => error.message).join('\n'));
  return loaded.set;
}
