import { Problems } from '../../core/category/file-problem.ts';
import { compilePolicy } from '../../core/policy/compile-policy.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import type { Outcome } from './judge.ts';

export type CompiledMutant =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Everything that loading would check of this one policy, the proof of prohibitions among it. */
export function compileMutant(content: unknown, set: PolicySet): CompiledMutant {
  const notes = new Problems('');
  const policy = compilePolicy(content, set, notes);
  const problems = notes.found.map(({ message }) => message);
  if (policy === null || problems.length > 0) return { ok: false, problems };
  return { ok: true, policy };
}

/** Refused at load: the first thing that was said. */
export function refusal([first = 'does not load']: readonly string[]): Outcome {
  return { by: 'load', check: first };
}
