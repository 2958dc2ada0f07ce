import type { FieldId, PurposeId } from '../../brand.ts';

/** Where a finding stands; the edge turns it into file, line and column. */
export type FindingPlace =
  | {
      readonly in: 'policy';
      readonly purpose: PurposeId;
      /** null: the policy as a whole. */
      readonly rule: string | null;
      /** Member of the rule, or of the policy. */
      readonly member: readonly (string | number)[];
    }
  | { readonly in: 'field'; readonly field: FieldId }
  | { readonly in: 'purpose'; readonly purpose: PurposeId }
  | { readonly in: 'deadlines'; readonly path: readonly string[] };

/** What can be said against a set that loads, from its text alone. */
export interface Finding {
  /** An error is certain and must be mended; a warning is for its author to weigh. */
  readonly severity: 'error' | 'warning';
  /** Which check found it. */
  readonly check:
    | 'shadowed'
    | 'contradiction'
    | 'ungranted'
    | 'consent-cited'
    | 'plain-words'
    | 'no-policy'
    | 'nobody-to-turn-to';
  readonly place: FindingPlace;
  readonly message: string;
}
