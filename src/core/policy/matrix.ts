import type { FieldId, PurposeId } from '../brand.ts';
import type { Citation, Label } from '../category/catalogue.ts';
import type { Grant, Policy } from './policy.ts';
import type { PolicySet } from './policy-set.ts';

/** One way in which fields may go from one kind of partner to another, with everything it asks. */
export interface MatrixRow {
  readonly purpose: PurposeId;
  readonly trigger: Policy['trigger'];
  readonly rule: string;
  readonly source: string;
  readonly recipient: string;
  /** In the order of the catalogue; with a filter on a field, that one alone. */
  readonly fields: readonly FieldId[];
  readonly bases: Grant['bases'];
  readonly regimes: Grant['regimes'];
  readonly grounds: Grant['grounds'];
  readonly consent: Grant['consent'];
  readonly conditions: readonly Label[];
  readonly obligations: Grant['obligations'];
  readonly law: readonly Citation[];
}

export interface MatrixFilter {
  readonly field: FieldId | null;
  /** Partner kind, as source or as recipient. */
  readonly kind: string | null;
  readonly purpose: PurposeId | null;
}

/** Everything that a set permits, by purpose, rule and pair of kinds; about kinds of partners, never about a person. */
export function matrix(set: PolicySet, { field, kind, purpose }: MatrixFilter): MatrixRow[] {
  // The order of the catalogue is the one that people know; files come by name.
  return [...set.catalogue.purposes.keys()]
    .flatMap((id) => set.policies.get(id) ?? [])
    .filter((policy) => purpose === null || policy.purpose === purpose)
    .flatMap((policy) =>
      policy.grants
        .filter((grant) => kind === null || grant.source === kind || grant.recipient === kind)
        .filter((grant) => field === null || grant.fields.has(field))
        .map((grant) => rowOf(set, policy, grant, field)),
    );
}

function rowOf(set: PolicySet, policy: Policy, grant: Grant, field: FieldId | null): MatrixRow {
  const { rule, source, recipient, bases, regimes, grounds, consent, obligations } = grant;
  const inOrder = [...set.catalogue.fields.keys()].filter((id) => grant.fields.has(id));
  return {
    purpose: policy.purpose,
    trigger: policy.trigger,
    rule,
    source,
    recipient,
    fields: field === null ? inOrder : [field],
    bases,
    regimes,
    grounds,
    consent,
    conditions: grant.conditions.map(({ label }) => label),
    obligations,
    law: policy.law,
  };
}
