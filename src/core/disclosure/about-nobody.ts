import type { PartnerRegistry } from '../partner/partner.ts';
import type { Decision } from '../policy/decision.ts';
import { decideBound } from '../policy-set/decide-bound.ts';
import { decisionKept } from './decision-kept.ts';
import type { PolicySets } from './ports.ts';
import type { DecisionSummary, RequestRecord } from './request.ts';

/**
 * The decision that a request gets about a person whom nobody knows. It is what a recipient sees of a
 * request that was stopped, so that it cannot be told from one that never could be answered.
 */
export function decideAboutNobody(
  policies: PolicySets,
  registry: PartnerRegistry,
  request: Pick<RequestRecord, 'purpose' | 'direction' | 'source' | 'recipient' | 'fields' | 'userRole' | 'movedAt'>,
): Decision {
  const source = registry.units.get(request.source);
  return decideBound(policies, registry, source, {
    purpose: request.purpose,
    trigger: request.direction,
    source: { unit: request.source, kind: source?.kind ?? '' },
    recipient: { unit: request.recipient, kind: registry.units.get(request.recipient)?.kind ?? '' },
    fields: request.fields,
    userRole: request.userRole,
    snapshot: { subject: null, facts: [], consents: [] },
    now: request.movedAt,
  });
}

/** The same, as it would be kept with the request. */
export function summaryAboutNobody(
  policies: PolicySets,
  registry: PartnerRegistry,
  request: RequestRecord,
): DecisionSummary {
  const [source, recipient] = [registry.units.get(request.source), registry.units.get(request.recipient)];
  return decisionKept(policies, { decision: decideAboutNobody(policies, registry, request), source, recipient });
}
