import type { PartnerRegistry } from '../partner/partner.ts';
import type { Decision } from '../policy/decision.ts';
import { decideBound } from '../policy-set/decide-bound.ts';
import type { PolicySets } from './ports.ts';
import type { RequestRecord } from './request.ts';

/**
 * The decision that a request gets about a person whom nobody knows. It is what a recipient sees of a
 * request that was stopped, so that it cannot be told from one that never could be answered.
 */
export function decideAboutNobody(
  policies: PolicySets,
  registry: PartnerRegistry,
  request: Pick<RequestRecord, 'purpose' | 'direction' | 'source' | 'recipient' | 'fields' | 'movedAt'>,
): Decision {
  const source = registry.units.get(request.source);
  return decideBound(policies, source, {
    purpose: request.purpose,
    trigger: request.direction,
    source: { unit: request.source, kind: source?.kind ?? '' },
    recipient: { unit: request.recipient, kind: registry.units.get(request.recipient)?.kind ?? '' },
    fields: request.fields,
    userRole: null,
    snapshot: { subject: null, facts: [], consents: [] },
    now: request.movedAt,
  });
}
