import type { FieldId, PurposeId, UnitId } from '../core/brand.ts';
import type { Label } from '../core/category/catalogue.ts';
import type { PartnerRegistry } from '../core/partner/partner.ts';
import type { Condition } from '../core/policy/condition.ts';
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
  /** A condition by the key under which its value is recorded; null where the policies in force have it no more. */
  condition(key: string): string | null;
  /** What a word of a fact is called; null where the catalogue has it no more. */
  factWord(attribute: string, word: string): string | null;
  /** The event that a retention period counts from. */
  retentionStart(id: string): string;
  /** On what ground a person is told later: for officers, and in the person's own words. A word that is gone stands as it is. */
  informingGround(id: string): { readonly label: string; readonly plain: string | null };
  /** What a person of this unit is called; a role that its kind does not know stands as it is. */
  role(unit: UnitId | null, id: string): string;
}

export function namesIn(language: Language, w: Words, set: PolicySet, registry: PartnerRegistry): Names {
  const { catalogue, retentionStarts } = set;
  const field = (id: FieldId) => catalogue.fields.get(id);
  const unit = (id: UnitId) => registry.units.get(id)?.name ?? w.unknownUnit;
  const kindOf = (id: UnitId | null) => (id === null ? undefined : registry.units.get(id)?.kind);
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
    condition: (key) => conditionLabels(set).get(key)?.[language] ?? null,
    factWord: (attribute, word) => {
      const found = [...catalogue.factTypes.values()].find(({ words }) => words.get(attribute)?.has(word));
      return found?.words.get(attribute)?.get(word)?.label[language] ?? null;
    },
    retentionStart: (id) => retentionStarts.get(id)?.label[language] ?? id,
    informingGround: (id) => {
      const ground = set.informing.grounds.get(id);
      return { label: ground?.label[language] ?? id, plain: ground?.plain[language] ?? null };
    },
    role: (of, id) => catalogue.partnerKinds.get(kindOf(of) ?? '')?.roles.get(id)?.[language] ?? id,
  };
}

const labelsOf = new WeakMap<PolicySet, ReadonlyMap<string, Label>>();

function conditionLabels(set: PolicySet): ReadonlyMap<string, Label> {
  const known = labelsOf.get(set);
  if (known !== undefined) return known;
  const conditions = [...set.policies.values()].flatMap(({ grants }) =>
    grants.flatMap((grant) => grant.conditions.flatMap(withMembers)),
  );
  const lifting = set.prohibitions.flatMap(({ unless }) => unless?.conditions.flatMap(withMembers) ?? []);
  const labels = new Map([...conditions, ...lifting, ...ownConditions(set)].map(({ key, label }) => [key, label]));
  labelsOf.set(set, labels);
  return labels;
}

function withMembers(condition: Condition): readonly Condition[] {
  return [condition, ...condition.members.flatMap(withMembers)];
}

/** Conditions that the engine adds to every rule, or to one that rests on consent. */
function ownConditions({ catalogue }: PolicySet): readonly { readonly key: string; readonly label: Label }[] {
  const unrestricted = { nl: 'er geldt geen beperking', en: 'no restriction is in force' };
  return [
    { key: 'unrestricted', label: unrestricted },
    ...[...catalogue.fields.values()].map(({ id, label }) => ({
      key: `unrestricted(${id})`,
      label: { nl: `de bron heeft dit niet beperkt: ${label.nl}`, en: `the source has not restricted: ${label.en}` },
    })),
    ...[...catalogue.categories.values()].map(({ id, label }) => ({
      key: `consent(${id})`,
      label: { nl: `toestemming voor: ${label.nl}`, en: `consent to: ${label.en}` },
    })),
    ...[...catalogue.categories.values()].map(({ id, label }) => ({
      key: `waiver(${id})`,
      label: { nl: `beroepsgeheim opgeheven voor: ${label.nl}`, en: `secrecy waived for: ${label.en}` },
    })),
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
