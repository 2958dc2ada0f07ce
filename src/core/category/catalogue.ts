import type { z } from 'zod';
import type { FieldId, PurposeId } from '../brand.ts';
import type { Regime } from '../partner/partner.ts';

/** A text that a person reads: Dutch first, English beside it. */
export interface Label {
  readonly nl: string;
  readonly en: string;
}

/** ordinary, Art. 9 health, Art. 10 criminal, identification number, professional secrecy. */
export type FieldClass = 'ordinary' | 'health' | 'criminal' | 'number' | 'secrecy';

/** Classes that a recipient needs a ground of its own for. @law AVG 9, 10; BW 7:457 */
export type SpecialClass = Extract<FieldClass, 'criminal' | 'health' | 'secrecy'>;

/** What the legal catalogue marks (U) or (D). */
export type OpenStatus = 'unverified' | 'design-default';

export type JsonScalar = string | number | boolean;
/** What a catalogue field may hold; deeper structures are fields of their own. */
export type FieldValue = JsonScalar | readonly JsonScalar[];

/** What a person who fills in a field may write: as the catalogue's file says it. */
export interface FieldShape {
  readonly type: 'text' | 'texts' | 'date' | 'boolean' | 'integer' | 'bsn' | 'skn';
  /** Characters of a text, or of each of several. */
  readonly maxLength: number | null;
  readonly maxItems: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** The only texts that there are; null: any. */
  readonly oneOf: readonly string[] | null;
}

export interface Field {
  readonly id: FieldId;
  readonly category: string;
  /** Never empty. A field of several classes needs a ground for each. */
  readonly classes: readonly FieldClass[];
  /** Set where the legal catalogue does not settle that the field exists or what class it is. */
  readonly status: OpenStatus | null;
  readonly label: Label;
  /** Plain Dutch (B1) and English, in the second person: "Uw achternaam". */
  readonly plain: Label;
  /** Type and bounds, for whoever asks people for a value. */
  readonly form: FieldShape;
  /** The only door for a source's value: type, form and length of the catalogue. */
  readonly schema: z.ZodType<FieldValue>;
}

export interface Category {
  readonly id: string;
  readonly label: Label;
  readonly plain: Label;
  readonly fields: readonly FieldId[];
}

export interface PartnerKind {
  readonly id: string;
  readonly label: Label;
  readonly regime: Regime;
  /** May this kind process the citizen service number at all. @law UAVG 46 */
  readonly mayProcessBsn: boolean;
  /** May this kind use the criminal chain number. @law Wjsg: it stays within the criminal justice chain */
  readonly mayProcessSkn: boolean;
  /** Refused attempts by this kind are shown to the subject at once, or only to officers (no tipping off). */
  readonly attempts: 'shown' | 'withheld';
  /** May this kind read whole entries of the ledger, of everybody: a supervisory authority. */
  readonly audits: boolean;
  /** What its people may be called: for whom is asked, and who approves. */
  readonly roles: ReadonlyMap<string, Label>;
}

export interface Purpose {
  readonly id: PurposeId;
  readonly label: Label;
  /** Plain-language reason, "Om ... te regelen". */
  readonly plain: Label;
  readonly law: readonly Citation[];
  /** The group of purposes that it stands in; null where it stands alone. */
  readonly within: string | null;
  /** Purposes whose data may be used for this one. What is not named here is not compatible. @law AVG 5(1)(b), 6(4) */
  readonly usesDataOf: readonly PurposeId[];
}

export interface PurposeGroup {
  readonly id: string;
  readonly label: Label;
  readonly within: string | null;
  /** Every purpose below it, also by way of other groups. */
  readonly purposes: ReadonlySet<PurposeId>;
}

/** A ground for special data, as a recipient cites it. */
export interface Ground {
  readonly label: Label;
  /** It is the subject's consent: only a rule that requires consent may rest on it. */
  readonly consent: boolean;
  /** It is the subject's waiver of secrecy: only a rule that asks for a waiver may rest on it. */
  readonly waiver: boolean;
}

export interface Citation {
  readonly act: string;
  readonly article: string;
  /** Set where the legal catalogue marks the point (U) or (D). */
  readonly status?: OpenStatus;
}

export interface FactType {
  readonly id: string;
  readonly label: Label;
  /** Partner kinds that may attest it. */
  readonly attestedBy: readonly string[];
  /** Of those, the kinds that may attest it only about a person with whom they are involved already. */
  readonly byInvolvedOnly: readonly string[];
  /** Whether the fact names a unit (involvement does). */
  readonly unit: 'none' | 'required';
  /** Whether the fact names the case or conference that it belongs to. */
  readonly reference: 'none' | 'required';
  /** Attribute name → allowed words. Every attribute is required, no other is accepted. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Attribute → word → what it is called and where it narrows who may say it, and of whom. */
  readonly words: ReadonlyMap<string, ReadonlyMap<string, FactWord>>;
  /** For a unit that may hold no BSN, the attribution may carry the case reference it will use. */
  readonly allowsCaseReference: boolean;
}

export interface FactWord {
  readonly label: Label;
  /** Partner kinds that may say this word; never more than the type's own. */
  readonly attestedBy: readonly string[];
  /** As for the type; the type's own kinds are among them. */
  readonly byInvolvedOnly: readonly string[];
  /** Kind → roles, one of which a unit of it must hold to say this word. */
  readonly byInvolvedAs: ReadonlyMap<string, readonly string[]>;
  /** Kinds of unit that it may be said of; null where the fact speaks of no unit. */
  readonly about: readonly string[] | null;
  /** Whether a fact with this word names its case or conference; never less than the type says. */
  readonly reference: 'none' | 'required';
  /** Of the roles of one group a person has one holder at a time; null: any number. */
  readonly exclusive: string | null;
  /** While it stands, somebody else decides on the person's consent. */
  readonly representativeDecides: boolean;
  /** A unit may claim that it is so of itself, for whoever attests it to confirm. */
  readonly claimable: boolean;
  /** Who is involved by this role alone may attest nothing that asks for involvement. */
  readonly attestsNothing: boolean;
}

export interface Catalogue {
  readonly partnerKinds: ReadonlyMap<string, PartnerKind>;
  readonly categories: ReadonlyMap<string, Category>;
  readonly fields: ReadonlyMap<FieldId, Field>;
  readonly purposes: ReadonlyMap<PurposeId, Purpose>;
  readonly purposeGroups: ReadonlyMap<string, PurposeGroup>;
  readonly factTypes: ReadonlyMap<string, FactType>;
  readonly grounds: Readonly<Record<SpecialClass, ReadonlyMap<string, Ground>>>;
}
