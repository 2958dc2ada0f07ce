import type { Brand, Digest, FieldId, Instant, PurposeId, UnitId } from '../brand.ts';
import type { Citation, Label } from '../category/catalogue.ts';
import type { Consent } from '../consent/consent.ts';
import type { Fact } from '../fact/fact.ts';
import type { Regime } from '../partner/partner.ts';
import type { Subject } from '../subject/reference.ts';

/** What is on record about one subject for two units, read in one statement. */
export interface Snapshot {
  /** null: the gateway knows no such person. Decided by the same code as a known one. */
  readonly subject: Subject | null;
  readonly facts: readonly Fact[];
  readonly consents: readonly Consent[];
}

export interface Side {
  readonly unit: UnitId;
  /** Partner kind. */
  readonly kind: string;
}

export interface Question {
  readonly purpose: PurposeId;
  readonly trigger: 'pull' | 'push';
  readonly source: Side;
  readonly recipient: Side;
  readonly fields: readonly FieldId[];
  /** What the person for whom is asked is called; null where nobody is, or nobody said. */
  readonly userRole: string | null;
  readonly snapshot: Snapshot;
  readonly now: Instant;
}

export type ConditionValue = 'true' | 'false' | 'unknown';

/** The value of one condition as it was read, with its dated, non-personal inputs, for replay. */
export interface ConditionRecord {
  readonly rule: string;
  /** Members of `any` and `all` have records of their own beside the whole. Stable, readable key: `involved(recipient: residence-municipality | return-municipality)`. */
  readonly condition: string;
  readonly value: ConditionValue;
  readonly inputs: Readonly<Record<string, string>>;
}

/**
 * Why nothing was given.
 * - `not-permitted`: no rule covers these kinds and fields, whoever the person is
 * - `prohibited`: the law forbids it to these kinds, whoever the person is
 * - `not-available`: rests on the person; the same answer for an unknown person, a person with
 *   whom the asker is not involved, and a missing, refused, withdrawn or expired consent
 * - `condition-not-met`: the asker is involved and may know which condition failed
 * - `undecidable`: a condition could not be evaluated; an error that denies, not a judgement
 * - `declined`: a human of the source said no
 */
export type RefusalClass =
  | 'not-permitted'
  | 'prohibited'
  | 'not-available'
  | 'condition-not-met'
  | 'undecidable'
  | 'declined';

export interface Reason {
  readonly class: RefusalClass;
  /** Rule or prohibition id; null when no rule exists. */
  readonly rule: string | null;
  readonly text: Label;
  /** What would allow it, derived from the policy alone, never from a fact the asker may not know. */
  readonly remedy: Label | null;
}

export interface FieldRefusal {
  readonly field: FieldId;
  readonly reasons: readonly Reason[];
}

/** What comes with a permit, joined over every rule that permitted a field. */
export interface Obligations {
  readonly retain: {
    /** Fact type or event that starts the period, for example `plan-closed`; `sector`: the recipient's own law. */
    readonly until: string;
    /** ISO 8601 duration after the start event, or null. */
    readonly plus: string | null;
    /** ISO 8601 duration that it is kept at the least, or null. */
    readonly atLeast: string | null;
    readonly status: 'law' | 'unverified' | 'design-default';
  };
  readonly informSubject: 'at-disclosure' | 'delayed';
  /** ISO 8601 duration after which a delay ends; null exactly where the subject is informed at once. */
  readonly informAfter: string | null;
  readonly approval: 'none' | 'source-human' | 'two-persons';
  /** Roles at the source that must be among those who approve, sorted; empty: any. */
  readonly approvers: readonly string[];
  readonly seal: 'transport' | 'recipient' | 'end-to-end';
  /** Whether the recipient must confirm that it destroyed the data. */
  readonly destruction: 'none' | 'confirm';
}

interface DecisionBase {
  readonly purpose: PurposeId;
  /** Version of the purpose's policy; null when the purpose has none. */
  readonly policyVersion: number | null;
  readonly policySet: Digest;
  readonly law: readonly Citation[];
  readonly regimes: { readonly source: Regime; readonly recipient: Regime };
  readonly conditions: readonly ConditionRecord[];
  /** Fields that were asked and not permitted, with every reason. */
  readonly refused: readonly FieldRefusal[];
  readonly decidedAt: Instant;
  /** Epoch that was read; null for an unknown person. */
  readonly epoch: number | null;
}

/** Minted by `decide` alone. */
export type Permit = Brand<
  DecisionBase & {
    readonly outcome: 'permit';
    /** Never empty; in the order asked. */
    readonly permitted: readonly FieldId[];
    /** Field → ids of all rules that permit it. */
    readonly rules: Readonly<Record<string, readonly string[]>>;
    readonly obligations: Obligations;
    /** Consents that the permit rests on. */
    readonly consents: readonly string[];
  },
  'Permit'
>;

export type Refusal = DecisionBase & {
  readonly outcome: 'refusal';
  readonly class: RefusalClass;
};

export type Decision = Permit | Refusal;
