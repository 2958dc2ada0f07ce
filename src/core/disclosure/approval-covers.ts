import type { Instant } from '../brand.ts';
import type { Decision } from '../policy/decision.ts';
import { decideAboutNobody } from './about-nobody.ts';
import type { Consultation } from './consult.ts';
import type { PolicySets, Registry } from './ports.ts';
import type { RequestRecord } from './request.ts';

/**
 * A human approved what rested on the consent of that day. A consent that was given after the request
 * is another one: it needs a request, and an approval, of its own.
 */
export function approvalCovers(
  request: Pick<RequestRecord, 'receivedAt'>,
  { decision, reading }: Consultation,
): boolean {
  if (decision.outcome === 'refusal') return true;
  return decision.consents.every((id) => {
    const given = reading.snapshot.consents.find((consent) => consent.id === id)?.decidedAt ?? null;
    return given !== null && given <= request.receivedAt;
  });
}

/** As about nobody: neither the answer nor its receipt may tell that somebody withdrew something. */
export function refusalOf(
  ports: { readonly policies: PolicySets; readonly registry: Registry },
  request: RequestRecord,
  now: Instant,
): Decision {
  return decideAboutNobody(ports.policies, ports.registry.current(), { ...request, movedAt: now });
}
