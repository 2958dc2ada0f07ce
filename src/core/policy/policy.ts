import type { FieldId, PurposeId } from '../brand.ts';
import type { Citation, Label } from '../category/catalogue.ts';
import type { Regime } from '../partner/partner.ts';
import type { Condition } from './condition.ts';
import type { Obligations } from './decision.ts';

/** What one rule grants between one kind of source and one kind of recipient. */
export interface Grant {
  /** Id of the rule in its policy file. */
  readonly rule: string;
  readonly source: string;
  readonly recipient: string;
  readonly regimes: { readonly source: Regime; readonly recipient: Regime };
  /** AVG 6(1) ground of each side, in words. */
  readonly bases: { readonly source: string; readonly recipient: string };
  /** Ground for Art. 10 and Art. 9 data at the recipient, where the fields need one. */
  readonly grounds: { readonly criminal: string | null; readonly health: string | null };
  readonly fields: ReadonlySet<FieldId>;
  readonly conditions: readonly Condition[];
  readonly consent: 'irrelevant' | 'invalid' | 'required';
  readonly obligations: Obligations;
}

/** The rules for one purpose, as a jurist wrote and versioned them. */
export interface Policy {
  readonly purpose: PurposeId;
  readonly version: number;
  readonly title: Label;
  readonly trigger: 'pull' | 'push' | 'both';
  readonly law: readonly Citation[];
  readonly notice: { readonly version: number; readonly text: Label } | null;
  readonly grants: readonly Grant[];
}
