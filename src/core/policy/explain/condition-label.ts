import type { FieldId } from '../../brand.ts';
import type { Label } from '../../category/catalogue.ts';
import type { Condition } from '../condition.ts';
import type { Grant } from '../policy.ts';
import type { PolicySet } from '../policy-set.ts';
import { both } from './text.ts';

const unrestricted: Label = { nl: 'er geldt geen beperking', en: 'no restriction is in force' };

/** What a recorded key means: a condition of the grant, or one that the engine adds; else the key itself. */
export function conditionLabel(set: PolicySet, grant: Grant, key: string): Label {
  if (key === 'unrestricted') return unrestricted;
  const restricted = /^unrestricted\((.+)\)$/.exec(key)?.[1];
  const field = restricted === undefined ? undefined : set.catalogue.fields.get(restricted as FieldId)?.label;
  if (field !== undefined)
    return { nl: `de bron heeft dit niet beperkt: ${field.nl}`, en: `the source has not restricted: ${field.en}` };
  const category = /^(?:consent|waiver)\((.+)\)$/.exec(key)?.[1];
  const label = category === undefined ? undefined : set.catalogue.categories.get(category)?.label;
  if (label !== undefined) return { nl: `toestemming voor: ${label.nl}`, en: `consent to: ${label.en}` };
  const open: Condition[] = [...grant.conditions];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.key === key) return next.label;
    open.push(...next.members);
  }
  return both(key);
}
