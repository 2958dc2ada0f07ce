import type { Reason, RefusalClass } from './decision.ts';
import { classOf } from './refusal-class.ts';

/**
 * What holds for every field of one group. Permits and refusals have all members, so that they are one shape to
 * whoever reads them: most are made with the cell and shared by every question.
 */
export interface GroupVerdict {
  readonly permits: boolean;
  /** Places of the grants that permit, ascending, their rules and the consents that they rest on; none in a refusal. */
  readonly grants: readonly number[];
  readonly rules: readonly string[];
  readonly consents: readonly string[];
  /** None in a permit. */
  readonly reasons: readonly Reason[];
  /** Of a refusal; means nothing in a permit. */
  readonly class: RefusalClass;
}

const none: readonly never[] = Object.freeze([]);

export function permitBy(
  grants: readonly number[],
  rules: readonly string[],
  consents: readonly string[] = none,
): GroupVerdict {
  return { permits: true, grants, rules, consents, reasons: none, class: 'not-permitted' };
}

export function refusalFor(reasons: readonly Reason[], reason: RefusalClass = classOf(reasons)): GroupVerdict {
  return { permits: false, grants: none, rules: none, consents: none, reasons, class: reason };
}
