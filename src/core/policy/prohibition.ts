import type { FieldId, PurposeId } from '../brand.ts';
import type { Citation, Label } from '../category/catalogue.ts';
import type { Condition } from './condition.ts';
import type { Obligations } from './decision.ts';
import { approvals } from './obligation-lattice.ts';
import type { Grant } from './policy.ts';

/** What the law forbids between kinds. Beats every permit; null matches all. */
export interface Prohibition {
  readonly id: string;
  readonly recipients: ReadonlySet<string> | null;
  readonly sources: ReadonlySet<string> | null;
  readonly purposes: ReadonlySet<string> | null;
  readonly fields: ReadonlySet<FieldId> | null;
  /** Matches only grants that take data obtained under one of these purposes. */
  readonly obtained: ReadonlySet<PurposeId> | null;
  /** Matches only grants of which a side has one of these bases. */
  readonly bases: ReadonlySet<string> | null;
  /** Matches only grants with one of these roles of consent. */
  readonly consent: ReadonlySet<Grant['consent']> | null;
  /** What lifts it, all of it together; null: nothing does. */
  readonly unless: Exception | null;
  readonly text: Label;
  readonly law: readonly Citation[];
}

export interface Exception {
  readonly conditions: readonly Condition[];
  /** Roles of consent, one of which the grant must have; null: any will do. */
  readonly consent: ReadonlySet<Grant['consent']> | null;
  /** Approval that the grant must ask for at the least; null: none. */
  readonly approval: Pick<Obligations, 'approval' | 'approvers'> | null;
}

export interface Flow {
  readonly purpose: PurposeId;
  /** Partner kinds. */
  readonly source: string;
  readonly recipient: string;
  readonly field: FieldId;
}

/** Whether it speaks of this flow: kinds, purpose and field. */
export function forbids(prohibition: Prohibition, flow: Flow): boolean {
  return (
    (prohibition.recipients?.has(flow.recipient) ?? true) &&
    (prohibition.sources?.has(flow.source) ?? true) &&
    (prohibition.purposes?.has(flow.purpose) ?? true) &&
    (prohibition.fields?.has(flow.field) ?? true)
  );
}

/** Whether it looks at what a grant rests on; such a prohibition says nothing where there is no grant. */
export function looksAtGrant({ obtained, bases, consent }: Prohibition): boolean {
  return obtained !== null || bases !== null || consent !== null;
}

/** Whether it speaks of a grant by what the grant rests on; kinds, purpose and field are the flow's. */
export function concerns({ obtained, bases, consent }: Prohibition, grant: Grant): boolean {
  return (
    (obtained === null || grant.obtained.some((purpose) => obtained.has(purpose))) &&
    (bases === null || [...grant.bases.source, ...grant.bases.recipient].some((basis) => bases.has(basis))) &&
    (consent === null || consent.has(grant.consent))
  );
}

/** Whether the grant itself has what the exception asks of it; its conditions are another matter. */
export function allowsGrant({ consent, approval }: Exception, grant: Grant): boolean {
  if (consent !== null && !consent.has(grant.consent)) return false;
  if (approval === null) return true;
  const asked = grant.obligations;
  return (
    approvals.indexOf(asked.approval) >= approvals.indexOf(approval.approval) &&
    approval.approvers.every((role) => asked.approvers.includes(role))
  );
}
