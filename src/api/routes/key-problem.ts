import type { KeyProblem } from '../../core/disclosure/operations.ts';
import { type Problem, problem } from '../problem.ts';

/** What every POST may answer because of its key. */
export const keyProblems = ['key-reused', 'in-progress'] as const;

export function keyProblem(outcome: KeyProblem): Problem<(typeof keyProblems)[number]> {
  return outcome.kind === 'in-progress'
    ? problem('in-progress', { headers: { 'Retry-After': '1' } })
    : problem('key-reused');
}

/** Says that this answer is about an earlier call with the same key. */
export const replayed = { 'Idempotency-Replayed': 'true' } as const;
