/** What the oracle is asked and what it answers, in plain values that any engine's answer can be put beside. */
export interface RecordedFact {
  readonly type: string;
  readonly from: string;
  readonly until: string | null;
  readonly state: 'attested' | 'disputed' | 'corrected' | 'ended';
  readonly unit: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly reference: string | null;
}

export interface RecordedConsent {
  readonly kind: 'consent' | 'waiver';
  readonly subject: string | null;
  readonly source: string;
  readonly recipient: string;
  readonly purpose: string;
  readonly categories: readonly string[];
  readonly state: 'requested' | 'given' | 'refused' | 'withdrawn' | 'expired';
  /** When it was given, refused or withdrawn. */
  readonly decidedAt: string | null;
  readonly decidedBy: 'subject' | 'representative' | null;
  readonly validUntil: string;
  readonly noticeVersion: number;
}

interface Party {
  readonly unit: string;
  readonly kind: string;
}

export interface OracleQuestion {
  readonly purpose: string;
  readonly trigger: 'pull' | 'push';
  readonly source: Party;
  readonly recipient: Party;
  readonly fields: readonly string[];
  /** The role of the user for whom is asked. */
  readonly userRole: string | null;
  readonly now: string;
  /** null: a person nobody knows; then there are no facts and no consents. */
  readonly subject: string | null;
  readonly facts: readonly RecordedFact[];
  readonly consents: readonly RecordedConsent[];
}

export type Value = 'true' | 'false' | 'unknown';

/** Ordered: the first of these that is found names the refusal as a whole. */
export const refusalOrder = [
  'not-available',
  'undecidable',
  'condition-not-met',
  'prohibited',
  'not-permitted',
] as const;
export type RefusalClass = (typeof refusalOrder)[number];

export type FieldAnswer =
  | { readonly permitted: true; readonly rules: readonly string[] }
  /** Each reason is `class rule`: the rule or prohibition that it comes from, `-` where there is none. */
  | { readonly permitted: false; readonly reasons: readonly string[] };

/** Obligations in one way of writing, so that P1Y beside P12M compares as equal. */
export interface JoinedObligations {
  readonly retain: {
    readonly until: string;
    readonly plus: string | null;
    readonly atLeast: string | null;
    readonly status: 'law' | 'unverified' | 'design-default';
  };
  readonly informAfterDays: number;
  readonly approvers: number;
  readonly roles: readonly string[];
  readonly seal: 'transport' | 'recipient' | 'end-to-end';
  readonly destruction: 'none' | 'confirm';
}

export interface OracleAnswer {
  readonly fields: Readonly<Record<string, FieldAnswer>>;
  readonly permitted: boolean;
  /** Of the whole, when nothing is permitted. */
  readonly refusal: RefusalClass | null;
  readonly obligations: JoinedObligations | null;
  /** A rule that would permit what a prohibition forbids it: such a set must not have been loaded. */
  readonly proofBroken: boolean;
}
