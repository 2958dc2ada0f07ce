import type { PartnerRegistry } from '../partner/partner.ts';
import { decide } from '../policy/decide.ts';
import type { Decision } from '../policy/decision.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { RequestRecord } from './request.ts';

/**
 * The decision that a request gets about a person whom nobody knows. It is what a recipient sees of a
 * request that was stopped, so that it cannot be told from one that never could be answered.
 */
export function decideAboutNobody(
  set: PolicySet,
  registry: PartnerRegistry,
  request: Pick<RequestRecord, 'purpose' | 'direction' | 'source' | 'recipient' | 'fields' | 'movedAt'>,
): Decision {
  const kindOf = (unit: RequestRecord['source']): string => registry.units.get(unit)?.kind ?? '';
  return decide(set, {
    purpose: request.purpose,
    trigger: request.direction,
    source: { unit: request.source, kind: kindOf(request.source) },
    recipient: { unit: request.recipient, kind: kindOf(request.recipient) },
    fields: request.fields,
    userRole: null,
    snapshot: { subject: null, facts: [], consents: [] },
    now: request.movedAt,
  });
}
