import { restrictionType } from '../fact/restriction.ts';
import { type Evaluation, type Evidence, standing } from './evidence.ts';
import type { FactPattern } from './fact-pattern.ts';

const anyRestriction: FactPattern = { type: restrictionType, about: null, narrowed: [] };

/** Whether a restriction stands; what is not false freezes: nobody can tell then that none does. */
export function restrictionIn(evidence: Evidence): Evaluation {
  return standing(evidence, anyRestriction);
}
