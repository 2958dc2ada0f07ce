import type { PurposeId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import type { ConsentKind } from '../consent/consent.ts';
import type { Grant } from './policy.ts';
import { fieldsOf, grantsBetween, type PolicySet } from './policy-set.ts';

/** What the subject is shown before deciding on consent, and the categories that can be asked for. */
export interface ConsentNotice {
  readonly version: number;
  readonly text: Label;
  readonly categories: readonly string[];
}

/**
 * What the subject is shown before deciding, and for which categories. Null where no rule between
 * these kinds rests on a consent, or a waiver, of this kind: then it may not even be asked.
 * @law AVG 4(11), 7; UAVG 22, 32
 */
export function consentNotice(
  set: PolicySet,
  purpose: PurposeId,
  sourceKind: string,
  recipientKind: string,
  kind: ConsentKind | 'either' = 'either',
): ConsentNotice | null {
  const notice = set.policies.get(purpose)?.notice ?? null;
  const resting = grantsBetween(set, purpose, sourceKind, recipientKind).filter(({ consent }) =>
    restsOn(consent, kind),
  );
  if (notice === null || resting.length === 0) return null;
  const categories = fieldsOf(set.catalogue, resting).map((field) => set.catalogue.fields.get(field)?.category ?? '');
  return { version: notice.version, text: notice.text, categories: [...new Set(categories)] };
}

/** Whether a rule with this role of consent rests on a consent of this kind. */
export function restsOn(role: Grant['consent'], kind: ConsentKind | 'either'): boolean {
  return (role === 'required' && kind !== 'waiver') || (role === 'waiver' && kind !== 'consent');
}
