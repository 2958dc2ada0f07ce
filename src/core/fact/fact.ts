import type { FactId, Instant, SubjectId, UnitId } from '../brand.ts';

export type FactState = 'attested' | 'disputed' | 'corrected' | 'ended';

/**
 * A dated, attested statement about a subject that policies rest on. The period is half-open:
 * `from` is in it, `until` is not; `until: null` has no end yet. `attested` facts count, and `ended` ones
 * until their end; disputed and corrected ones never.
 */
export interface Fact {
  readonly id: FactId;
  readonly subject: SubjectId;
  /** A word of `policies/catalogue/facts.yaml`. */
  readonly type: string;
  readonly from: Instant;
  readonly until: Instant | null;
  readonly attestedBy: UnitId;
  /** The unit that the fact is about, for types that speak of a unit (involvement); else null. */
  readonly unit: UnitId | null;
  /** The case or conference it belongs to, for types that name one; else null. */
  readonly reference: string | null;
  readonly state: FactState;
  /** Validated against the type's attributes in the catalogue, for example `{ role: 'detaining-prison' }`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Who said that a fact is not so, and why: for the unit that has to settle it. */
export interface Dispute {
  readonly by: UnitId;
  readonly at: Instant;
  readonly ground: string;
}

export function holdsAt(fact: Fact, now: Instant): boolean {
  const counts = fact.state === 'attested' || fact.state === 'ended';
  return counts && fact.from <= now && (fact.until === null || now < fact.until);
}
