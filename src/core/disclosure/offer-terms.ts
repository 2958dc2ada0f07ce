import type { FieldId } from '../brand.ts';
import type { Unit } from '../partner/partner.ts';
import type { Obligations } from '../policy/decision.ts';
import { grantsBetween } from '../policy/policy-set.ts';
import { type Approval, mayApproveAs } from './approvals-needed.ts';
import type { Offer } from './offer-operations.ts';
import type { PolicySets } from './ports.ts';
import { isSealedBySource } from './seal-answer.ts';

type Meant = Pick<Offer, 'purpose' | 'data' | 'by'>;

/**
 * Why no rule between these two could let this user offer these fields; null: there is one that could, or none at all, which
 * the decision then says. INVARIANT: rests on no person. To say it of those alone whom a rule permits would tell who they are.
 */
export function termsProblem(
  policies: PolicySets,
  source: Unit,
  recipient: Unit,
  { purpose, data, by }: Meant,
): 'may-not-approve' | 'seal-impossible' | null {
  const set = policies.boundTo(source);
  const fields = Object.keys(data) as FieldId[];
  const grants = (set === null ? [] : grantsBetween(set, purpose, source.kind, recipient.kind)).filter((grant) =>
    fields.some((field) => grant.fields.has(field)),
  );
  if (grants.length === 0) return null;
  if (grants.every(isSealedBySource)) return 'seal-impossible';
  return grants.some(({ obligations }) => mayOffer(by.id, by.role, obligations)) ? null : 'may-not-approve';
}

/** Whoever offers is one of the people of the source that the policy asks for; where it asks for none, anybody may. */
export function mayOffer(by: string | null, role: string, obligations: Obligations): boolean {
  return obligations.approval === 'none' || approvalsBy(by, role, obligations).length > 0;
}

/** That whoever offers agrees, where they are asked for. `by` null: nobody can be told apart. */
export function approvalsBy(by: string | null, role: string, obligations: Obligations): readonly Approval[] {
  const counts = obligations.approval !== 'none' && by !== null && mayApproveAs(obligations, role);
  return counts ? [{ by, role }] : [];
}
