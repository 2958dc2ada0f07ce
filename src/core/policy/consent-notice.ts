import type { PurposeId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import { fieldsOf, grantsBetween, type PolicySet } from './policy-set.ts';

/** What the subject is shown before deciding on consent, and the categories that can be asked for. */
export interface ConsentNotice {
  readonly version: number;
  readonly text: Label;
  readonly categories: readonly string[];
}

/**
 * What the subject is shown before deciding, and for which categories. Null where no rule between
 * these kinds rests on consent: then it may not even be asked.
 * @law AVG 4(11), 7; UAVG 22, 32
 */
export function consentNotice(
  set: PolicySet,
  purpose: PurposeId,
  sourceKind: string,
  recipientKind: string,
): ConsentNotice | null {
  const notice = set.policies.get(purpose)?.notice ?? null;
  const resting = grantsBetween(set, purpose, sourceKind, recipientKind).filter(
    ({ consent }) => consent === 'required' || consent === 'waiver',
  );
  if (notice === null || resting.length === 0) return null;
  const categories = fieldsOf(set.catalogue, resting).map((field) => set.catalogue.fields.get(field)?.category ?? '');
  return { version: notice.version, text: notice.text, categories: [...new Set(categories)] };
}
