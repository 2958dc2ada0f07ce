import { accessProblems } from './problem-types/access-problems.ts';
import { emergencyProblems } from './problem-types/emergency-problems.ts';
import { faultProblems } from './problem-types/fault-problems.ts';
import { frontProblems } from './problem-types/front-problems.ts';
import { inputProblems } from './problem-types/input-problems.ts';
import { stateProblems } from './problem-types/state-problems.ts';

/**
 * The one registry of problem types. The name is the last segment of `type` and the address of the
 * page that explains it; names and statuses never change, texts may.
 */
export const problemTypes = {
  ...accessProblems,
  ...frontProblems,
  ...inputProblems,
  ...stateProblems,
  ...emergencyProblems,
  ...faultProblems,
} as const;

export type ProblemName = keyof typeof problemTypes;

export function isProblemName(name: string): name is ProblemName {
  return Object.hasOwn(problemTypes, name);
}
