import type { FieldId, PurposeId } from '../brand.ts';
import type { Citation, Label, OpenStatus } from '../category/catalogue.ts';
import type { Regime } from '../partner/partner.ts';
import type { Condition } from './condition.ts';
import type { Obligations } from './decision.ts';

/** What one rule grants between one kind of source and one kind of recipient. */
export interface Grant {
  /** Id of the rule in its policy file. */
  readonly rule: string;
  /** Partner kinds. */
  readonly source: string;
  readonly recipient: string;
  readonly regimes: { readonly source: Regime; readonly recipient: Regime };
  /** AVG 6(1) grounds of each side, in words; never empty. */
  readonly bases: { readonly source: readonly string[]; readonly recipient: readonly string[] };
  /** Ground for special data at the recipient, where the fields need one. */
  readonly grounds: {
    readonly criminal: string | null;
    readonly health: string | null;
    readonly secrecy: string | null;
  };
  /** Purposes under which the source may have got what it gives; empty: its own registration. */
  readonly obtained: readonly PurposeId[];
  readonly fields: ReadonlySet<FieldId>;
  readonly conditions: readonly Condition[];
  readonly consent: 'irrelevant' | 'invalid' | 'required' | 'waiver';
  readonly obligations: Obligations;
  /** Points of this grant that the legal catalogue does not settle. */
  readonly open: readonly OpenNote[];
}

/** A point for a jurist to settle. */
export interface OpenNote {
  readonly status: OpenStatus;
  readonly what: string;
}

/** The rules for one purpose, as a jurist wrote and versioned them. */
export interface Policy {
  readonly purpose: PurposeId;
  readonly version: number;
  readonly title: Label;
  readonly trigger: 'pull' | 'push' | 'both';
  readonly law: readonly Citation[];
  readonly open: readonly OpenNote[];
  readonly notice: { readonly version: number; readonly text: Label } | null;
  readonly grants: readonly Grant[];
}
