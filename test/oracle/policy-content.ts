/**
 * The forms of the policy files as they stand in YAML, written down from docs/policy-language.md, with what the
 * oracle needs of each. The oracle reads no other form: it shares no type and no code with the engine.
 */
export type Trigger = 'pull' | 'push';
export type ConsentRole = 'irrelevant' | 'invalid' | 'required' | 'waiver';
export type SideName = 'source' | 'recipient';
export type Status = 'unverified' | 'design-default';

export type RawCondition = { readonly status?: Status } & (
  | { readonly involved: { readonly who: SideName; readonly as: readonly string[] } }
  | { readonly holds: string | RawHolds }
  | { readonly phase: readonly string[] }
  | { readonly member: { readonly of: string } }
  | { readonly window: RawWindow }
  | { readonly lasted: RawHolds & { readonly atLeast: string } }
  | { readonly user: { readonly role: readonly string[] } }
  | { readonly any: readonly RawCondition[] }
  | { readonly all: readonly RawCondition[] }
);

export type RawAttributes = Readonly<Record<string, readonly string[]>>;

export interface RawHolds {
  readonly type: string;
  readonly is?: RawAttributes;
  readonly about?: SideName;
}

export interface RawWindow extends RawHolds {
  readonly edge: 'start' | 'end';
  readonly opens?: string;
  readonly closes?: string;
}

export interface RawRetain {
  readonly until: string;
  readonly plus?: string;
  readonly atLeast?: string;
  readonly status?: Status;
}

export interface RawSide {
  readonly kind: string;
  readonly basis: string | readonly string[];
  readonly obtained?: 'own' | readonly string[];
  readonly retain?: RawRetain;
}

export type RawApproval =
  | 'none'
  | 'source-human'
  | 'two-persons'
  | { readonly by: 'source-human' | 'two-persons'; readonly roles?: readonly string[]; readonly status?: Status };

export interface RawObligations {
  readonly 'inform-subject': 'at-disclosure' | { readonly delayed: string };
  readonly approval: RawApproval;
  readonly seal: 'transport' | 'recipient' | 'end-to-end';
  readonly destruction?: 'none' | 'confirm';
}

export interface RawRule {
  readonly id: string;
  readonly from?: RawSide;
  readonly to?: readonly RawSide[];
  readonly among?: readonly RawSide[];
  readonly fields: readonly string[];
  readonly when: readonly RawCondition[];
  readonly consent: ConsentRole;
  readonly obligations: RawObligations;
}

export interface RawPolicy {
  readonly purpose: string;
  readonly trigger: Trigger | 'both';
  readonly notice?: { readonly version: number; readonly text?: unknown };
  readonly rules: readonly RawRule[];
}

export interface RawProhibition {
  readonly id: string;
  readonly recipients?: readonly string[] | { readonly mayProcessBsn: false };
  readonly sources?: readonly string[];
  readonly purposes?: readonly string[];
  readonly exceptPurposes?: readonly string[];
  readonly categories?: readonly string[];
  readonly fields?: readonly string[];
  readonly classes?: readonly string[];
  readonly exceptFields?: readonly string[];
  readonly obtained?: readonly string[];
  readonly bases?: readonly string[];
  readonly consent?: readonly ConsentRole[];
  readonly unless?: {
    readonly when?: readonly RawCondition[];
    readonly consent?: readonly ConsentRole[];
    readonly approval?: RawApproval;
  };
}

export interface RawWord {
  readonly about?: readonly string[];
  readonly exclusive?: string;
  readonly representativeDecides?: boolean;
}

export interface RawFactType {
  readonly unit: 'none' | 'required';
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, RawWord>>>>;
}

/** The whole policy folder, file by file. */
export interface PolicyContent {
  readonly policies: readonly RawPolicy[];
  readonly prohibitions: readonly RawProhibition[];
  readonly facts: Readonly<Record<string, RawFactType>>;
  readonly purposes: Readonly<Record<string, { readonly within?: string }>>;
  readonly kinds: Readonly<Record<string, { readonly mayProcessBsn: boolean }>>;
  readonly categories: Readonly<
    Record<string, { readonly fields: Readonly<Record<string, { readonly class: string | readonly string[] }>> }>
  >;
}
