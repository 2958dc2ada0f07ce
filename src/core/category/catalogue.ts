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

export type JsonScalar = string | number | boolean;
/** What a catalogue field may hold; deeper structures are fields of their own. */
export type FieldValue = JsonScalar | readonly JsonScalar[];

export interface Field {
  readonly id: FieldId;
  readonly category: string;
  readonly class: FieldClass;
  readonly label: Label;
  /** Plain Dutch (B1) and English, in the second person: "Uw achternaam". */
  readonly plain: Label;
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
}

export interface Purpose {
  readonly id: PurposeId;
  readonly label: Label;
  /** Plain-language reason, "Om ... te regelen". */
  readonly plain: Label;
  readonly law: readonly Citation[];
}

export interface Citation {
  readonly act: string;
  readonly article: string;
  /** Set where the legal catalogue marks the point (U) or (D). */
  readonly status?: 'unverified' | 'design-default';
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
  /** Kinds of unit that it may be said of; null where the fact speaks of no unit. */
  readonly about: readonly string[] | null;
}

export interface Catalogue {
  readonly partnerKinds: ReadonlyMap<string, PartnerKind>;
  readonly categories: ReadonlyMap<string, Category>;
  readonly fields: ReadonlyMap<FieldId, Field>;
  readonly purposes: ReadonlyMap<PurposeId, Purpose>;
  readonly factTypes: ReadonlyMap<string, FactType>;
}
