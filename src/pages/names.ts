import type { FieldId, PurposeId, UnitId } from '../core/brand.ts';
import type { PartnerRegistry } from '../core/partner/partner.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import type { Language, Words } from './words/words.ts';

/** Words for ids. What is no longer in the catalogue or the registry still gets a word, never an error. */
export interface Names {
  /** Unit, and organisation where that says more. */
  unit(id: UnitId): string;
  organisation(id: UnitId): string | null;
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
  return {
    unit: (id) => registry.units.get(id)?.name ?? w.unknownUnit,
    organisation: (id) => {
      const unit = registry.units.get(id);
      return unit === undefined || unit.organisation.name === unit.name ? null : unit.organisation.name;
    },
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
