import type { FieldId, Instant, SubjectId, UnitId } from '../brand.ts';
import { isInstant } from '../calendar.ts';
import type { Fact } from './fact.ts';

/**
 * The fact that freezes every disclosure about its subject while it stands; where it names a unit, what that unit
 * gives of one field.
 * @law AVG 18; Wjsg 22 jo. 51b; Wpg 28
 */
export const restrictionType = 'restriction';

/** A restriction that one source placed on one field of its own. Nobody attests one: it comes of a correction. */
export function isFieldRestriction({ type, unit }: Pick<Fact, 'type' | 'unit'>): boolean {
  return type === restrictionType && unit !== null;
}

/** What such a fact says of its field. */
export function fieldRestricted(field: FieldId): Fact['attributes'] {
  return { field };
}

/**
 * Of which fields this source gives nothing now. A restriction that is disputed, or whose period cannot be read, counts:
 * nobody can tell then that none stands.
 */
export function restrictedFields(
  { subject, facts }: { readonly subject: { readonly id: SubjectId } | null; readonly facts: readonly Fact[] },
  source: UnitId,
  now: Instant,
): ReadonlySet<string> {
  // Nearly always there is none: then nothing is made.
  let fields: Set<string> | null = null;
  for (let index = 0; index < facts.length; index++) {
    const fact = facts[index];
    if (fact === undefined || !isFieldRestriction(fact) || fact.subject !== subject?.id) continue;
    if (fact.unit !== source || !freezes(fact, now)) continue;
    fields ??= new Set();
    fields.add(fact.attributes.field ?? '');
  }
  return fields ?? noFields;
}

const noFields: ReadonlySet<string> = new Set();

function freezes({ state, from, until }: Fact, now: Instant): boolean {
  if (state === 'corrected') return false;
  const isReadable = isInstant(from) && (until === null || isInstant(until));
  return !isReadable || (from <= now && (until === null || now < until));
}
