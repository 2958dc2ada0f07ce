import type { Digest, UnitId } from '../brand.ts';
import type { Consent } from '../consent/consent.ts';
import { restrictionType } from '../fact/restriction.ts';
import type { PartnerRegistry } from '../partner/partner.ts';
import { decideBound } from '../policy-set/decide-bound.ts';
import type { Consultation } from './consult.ts';
import type { PolicySets } from './ports.ts';
import type { RequestRecord } from './request.ts';
import type { StopCause } from './state.ts';

/** Whether both parties are partners that may ask and give now. */
export function bothActive({ units }: PartnerRegistry, parties: readonly UnitId[]): boolean {
  return parties.every((id) => units.get(id)?.state === 'active');
}

/**
 * Why what was permitted is not any more, in one word for its source. Where several things changed the first of:
 * a party, the person, a restriction, the policies, a consent, and else what is on record about the person.
 * `decidedUnder`: the set under which it was still permitted.
 */
export function whyStopped(
  { policies }: { readonly policies: PolicySets },
  request: RequestRecord,
  { reading, registry, source, recipient, now }: Consultation,
  decidedUnder: Digest = request.decision.policySet,
): StopCause {
  if (!bothActive(registry, [source.id, recipient.id])) return 'party';
  const { snapshot } = reading;
  if (snapshot.subject === null) return 'person';
  const restricted = snapshot.facts.some(
    ({ type, state, from, until }) =>
      type === restrictionType && state !== 'corrected' && from <= now && (until === null || now < until),
  );
  if (restricted) return 'restriction';
  if (policies.boundTo(source)?.digest !== decidedUnder) return 'policy';
  // What would be decided if nobody had ever said no: only a consent stood in the way then.
  const agreed = decideBound(policies, registry, source, {
    purpose: request.purpose,
    trigger: request.direction,
    source: { unit: source.id, kind: source.kind },
    recipient: { unit: recipient.id, kind: recipient.kind },
    fields: request.decision.permitted,
    userRole: request.userRole,
    snapshot: { ...snapshot, consents: snapshot.consents.map((consent) => asGiven(consent, request)) },
    now,
  });
  return agreed.outcome === 'permit' ? 'consent' : 'facts';
}

function asGiven(consent: Consent, { receivedAt }: RequestRecord): Consent {
  const decidedAt = consent.decidedAt !== null && consent.decidedAt < receivedAt ? consent.decidedAt : receivedAt;
  return { ...consent, state: 'given', decidedAt, validUntil: '9999-12-31T00:00:00.000Z' as Consent['validUntil'] };
}
