import type { FieldId, PurposeId, UnitId } from '../core/brand.ts';
import type { PartnerRegistry } from '../core/partner/partner.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import type { Language, Words } from './words/words.ts';

/** Words for ids. What is no longer in the catalogue or the registry still gets a word, never an error. */
export interface Names {
  /** Unit, and organisation where that says more. */
  unit(id: UnitId): string;
  /** null where the unit's own name says it already. */
  organisation(id: UnitId): string | null;
  /** Both in one line: "Team Nazorg, Gemeente Zwolle". */
  party(id: UnitId): string;
  purpose(id: PurposeId): string;
  /** Plain reason: "Om …". */
  reason(id: PurposeId): string;
  field(id: FieldId): string;
  plainField(id: FieldId): string;
  plainCategory(id: string): string;
  /** The event that a retention period counts from. */
  retentionStart(id: string): string;
}

export function namesIn(language: Language, w: Words, set: PolicySet, registry: PartnerRegistry): Names {
  const { catalogue, retentionStarts } = set;
  const field = (id: FieldId) => catalogue.fields.get(id);
  const unit = (id: UnitId) => registry.units.get(id)?.name ?? w.unknownUnit;
  const organisation = (id: UnitId) => {
    const found = registry.units.get(id);
    return found === undefined || found.name.includes(found.organisation.name) ? null : found.organisation.name;
  };
  return {
    unit,
    organisation,
    party: (id) => [unit(id), organisation(id)].filter((name) => name !== null).join(', '),
    purpose: (id) => catalogue.purposes.get(id)?.label[language] ?? w.unknownPurpose,
    reason: (id) => catalogue.purposes.get(id)?.plain[language] ?? w.unknownPurpose,
    field: (id) => capital(field(id)?.label[language] ?? w.unknownField),
    plainField: (id) => field(id)?.plain[language] ?? w.unknownField,
    plainCategory: (id) => catalogue.categories.get(id)?.plain[language] ?? w.unknownField,
    retentionStart: (id) => retentionStarts.get(id)?.[language] ?? id,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
