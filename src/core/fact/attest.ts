import type { Catalogue, FactType, Label } from '../category/catalogue.ts';
import { involvementRole, involvementType } from '../policy/condition.ts';

/** Whether this kind of partner may attest facts of this type at all. An unknown word is no. */
export function mayAttest(catalogue: Catalogue, kind: string, factType: string): boolean {
  return catalogue.factTypes.get(factType)?.attestedBy.includes(kind) ?? false;
}

/** What a unit wants to put on record, with the kind of the unit that it speaks of (null: of none). */
export interface Attestation {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly aboutKind: string | null;
}

/**
 * Whether this kind may attest exactly this: each word only by who may say it, and only of units of
 * a kind it may be said of. Without it a unit could name itself involved and open its own door.
 */
export function mayAttestThis(catalogue: Catalogue, kind: string, attestation: Attestation): boolean {
  const type = catalogue.factTypes.get(attestation.type);
  if (type === undefined || !mayAttest(catalogue, kind, attestation.type)) return false;
  if ((type.unit === 'required') !== (attestation.aboutKind !== null)) return false;
  return [...type.words].every(([attribute, words]) => {
    const word = words.get(own(attestation.attributes, attribute) ?? '');
    if (word === undefined || !word.attestedBy.includes(kind)) return false;
    return word.about === null || (attestation.aboutKind !== null && word.about.includes(attestation.aboutKind));
  });
}

const required: Label = { nl: 'is verplicht voor dit type', en: 'is required for this type' };
const absent: Label = { nl: 'mag er niet zijn voor dit type', en: 'must be absent for this type' };

function oneOf(words: readonly string[]): Label {
  const all = words.join(', ');
  return { nl: `moet een van deze woorden zijn: ${all}`, en: `must be one of ${all}` };
}

function only(names: readonly string[]): Label {
  const all = names.join(', ');
  return { nl: `mag alleen dit hebben: ${all || 'niets'}`, en: `may have only ${all || 'no members'}` };
}

/**
 * In which roles, one of them, a unit of this kind must be involved with the person to say this; null when
 * it need not be. Without it any municipality could freeze what others
 * share about anybody, or name a stranger's landlord; and who got a mandate could pass it on.
 */
export function involvementNeeded(
  catalogue: Catalogue,
  kind: string,
  attestation: Pick<Attestation, 'type' | 'attributes'>,
): readonly string[] | null {
  const type = catalogue.factTypes.get(attestation.type);
  if (type === undefined) return [];
  const said = [...type.words].flatMap(([attribute, words]) => {
    const word = words.get(own(attestation.attributes, attribute) ?? '');
    return word === undefined ? [] : [word];
  });
  const roles = said.flatMap(({ byInvolvedAs }) => byInvolvedAs.get(kind) ?? []);
  if (roles.length > 0) return roles;
  const only = type.byInvolvedOnly.includes(kind) || said.some(({ byInvolvedOnly }) => byInvolvedOnly.includes(kind));
  return only ? rolesWithAVoice(catalogue) : null;
}

/** Every role by which a unit may attest: most, but not the ones that only let ask. */
function rolesWithAVoice(catalogue: Catalogue): readonly string[] {
  const roles = catalogue.factTypes.get(involvementType)?.words.get(involvementRole) ?? new Map<string, never>();
  return [...roles].flatMap(([role, { attestsNothing }]) => (attestsNothing ? [] : [role]));
}

export interface FactProblem {
  /** Dotted name of the member, as the sender wrote it. */
  readonly member: string;
  /** What is expected; never the value. */
  readonly problem: Label;
}

/** Checks a fact's form against its type in the catalogue; null when it is well formed. */
export function checkFact(
  catalogue: Catalogue,
  fact: {
    readonly type: string;
    readonly unit: string | null;
    readonly reference: string | null;
    readonly attributes: Readonly<Record<string, string>>;
    readonly caseReference: string | null;
  },
): FactProblem | null {
  const type = catalogue.factTypes.get(fact.type);
  if (type === undefined) {
    return { member: 'type', problem: oneOf([...catalogue.factTypes.keys()]) };
  }
  if (type.unit === 'required' && fact.unit === null) return { member: 'unit', problem: required };
  if (type.unit === 'none' && fact.unit !== null) return { member: 'unit', problem: absent };
  if (fact.caseReference !== null && !type.allowsCaseReference) {
    return { member: 'caseReference', problem: absent };
  }
  for (const [attribute, words] of type.attributes) {
    const given = own(fact.attributes, attribute);
    if (given === undefined || !words.includes(given)) {
      return { member: `attributes.${attribute}`, problem: oneOf(words) };
    }
  }
  const needsReference = referenceOf(type, fact.attributes) === 'required';
  if (needsReference && fact.reference === null) return { member: 'reference', problem: required };
  if (!needsReference && fact.reference !== null) return { member: 'reference', problem: absent };
  const extra = Object.keys(fact.attributes).some((attribute) => !type.attributes.has(attribute));
  return extra ? { member: 'attributes', problem: only([...type.attributes.keys()]) } : null;
}

/** A word may need a reference where its type does not. */
function referenceOf(type: FactType, attributes: Readonly<Record<string, string>>): 'none' | 'required' {
  const words = [...type.words].map(([attribute, named]) => named.get(own(attributes, attribute) ?? ''));
  return type.reference === 'required' || words.some((word) => word?.reference === 'required') ? 'required' : 'none';
}

function own(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}
