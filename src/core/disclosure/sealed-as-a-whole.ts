import type { Decision, Permit } from '../policy/decision.ts';
import { isApproved } from './approvals-needed.ts';
import { permitThatStands } from './at-source.ts';
import type { Consultation } from './consult.ts';
import type { KeptAnswer } from './kept-answer.ts';
import type { PolicySets } from './ports.ts';
import type { RequestRecord } from './request.ts';
import { isSealedBySource } from './seal-answer.ts';

/** What permits every field of the parts now; null: something does not, and nothing is taken out of what is sealed. */
export function permitForParts(
  ports: { readonly policies: PolicySets },
  request: RequestRecord,
  consultation: Consultation,
  parts: readonly Pick<KeptAnswer, 'fields' | 'permit'>[],
): Permit | null {
  const permit = permitThatStands(ports, request, consultation);
  if (permit === null || !isApproved(permit.obligations, request.approvals)) return null;
  // The gateway sealed what by now it may not have seen.
  if (isSealedBySource(permit) && parts.some((part) => part.permit === null)) return null;
  const permitted = new Set(permit.permitted);
  return parts.every(({ fields }) => fields.every((field) => permitted.has(field))) ? permit : null;
}

/** The same of an offer on which people of its source have not agreed yet; true of whatever is asked, which nobody gave yet. */
export function coversOffer(
  { direction, decision: kept }: Pick<RequestRecord, 'direction' | 'decision'>,
  decision: Decision,
): boolean {
  if (direction !== 'push' || decision.outcome === 'refusal') return true;
  return !isSealedBySource(decision) && kept.permitted.every((field) => decision.permitted.includes(field));
}
