import type { FieldId, PurposeId } from '../brand.ts';
import { fieldsOf, grantsBetween, type PolicySet } from './policy-set.ts';

/** What a source of this kind may offer a recipient of that kind on its own initiative. */
export function pushesFor(
  set: PolicySet,
  sourceKind: string,
  recipientKind: string,
): { purpose: PurposeId; fields: FieldId[] }[] {
  return [...set.policies.values()]
    .filter((policy) => policy.trigger !== 'pull')
    .map(({ purpose }) => ({
      purpose,
      fields: fieldsOf(set.catalogue, grantsBetween(set, purpose, sourceKind, recipientKind)),
    }))
    .filter(({ fields }) => fields.length > 0);
}
