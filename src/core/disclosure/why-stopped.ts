import type { Digest, FieldId, Instant, UnitId } from '../brand.ts';
import type { Consent } from '../consent/consent.ts';
import { restrictedFields } from '../fact/restriction.ts';
import type { PartnerRegistry } from '../partner/partner.ts';
import type { Decision } from '../policy/decision.ts';
import { evidenceOf, type QuestionAbout } from '../policy/evidence.ts';
import { restrictionIn } from '../policy/restriction-in.ts';
import { decideBound } from '../policy-set/decide-bound.ts';
import type { Consultation } from './consult.ts';
import { isStillObtained, obtainedUnder } from './obtained-under.ts';
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
  const sides = {
    source: { unit: source.id, kind: source.kind },
    recipient: { unit: recipient.id, kind: recipient.kind },
  };
  const { userRole, decision } = request;
  if (isRestricted({ ...sides, snapshot, userRole, now }, decision.permitted)) return 'restriction';
  if (policies.boundTo(source)?.digest !== decidedUnder) return 'policy';
  // What never rested on a yes of the person loses nothing by their no.
  if (decision.consented === false) return 'facts';
  const standing = (consents: readonly Consent[]): readonly FieldId[] => {
    const { purpose, direction: trigger } = request;
    const question = { purpose, trigger, ...sides, fields: decision.permitted, userRole, now };
    const decided = decideBound(policies, registry, source, { ...question, snapshot: { ...snapshot, consents } });
    return fieldsThatStand(policies, request, { source, recipient, decided });
  };
  const stand = new Set(standing(snapshot.consents));
  return standing(asTheyStood(snapshot.consents, request)).some((field) => !stand.has(field)) ? 'consent' : 'facts';
}

/** What this decision gives of the request, out of what its source was asked for. */
function fieldsThatStand(
  policies: PolicySets,
  { decision: { obtained } }: RequestRecord,
  { source, recipient, decided }: Pick<Consultation, 'source' | 'recipient'> & { readonly decided: Decision },
): readonly FieldId[] {
  if (decided.outcome === 'refusal') return [];
  const now = obtainedUnder(policies, { source, recipient }, decided);
  return decided.permitted.filter((field) => isStillObtained(obtained, { [field]: now[field] ?? [] }));
}

/**
 * Whether a restriction freezes what was permitted: of the whole person, or one that this source placed on one of these
 * fields. What another source restricts of its own is no matter of theirs.
 */
function isRestricted(question: QuestionAbout, permitted: readonly FieldId[]): boolean {
  if (restrictionIn(evidenceOf(question)).value !== 'false') return true;
  const restricted = restrictedFields(question.snapshot, question.source.unit, question.now);
  return permitted.some((field) => restricted.has(field));
}

/**
 * The consents as if nothing of what counted when the request came had been taken back since, or had ended. One that nobody had
 * given by then counts for nothing, or a request that rests on facts too would be said to have lost it.
 */
function asTheyStood(consents: readonly Consent[], { receivedAt }: RequestRecord): readonly Consent[] {
  return consents.flatMap((consent) => {
    const { state, decidedAt, validUntil } = consent;
    if (decidedAt === null) return [];
    if (state === 'refused' || state === 'withdrawn') {
      if (decidedAt < receivedAt) return [consent];
      // Of one that was taken back the record says when, and no more when it was given.
      return state === 'refused' ? [] : [{ ...consent, ...standsOn, decidedAt: receivedAt }];
    }
    return decidedAt <= receivedAt && validUntil > receivedAt ? [{ ...consent, ...standsOn }] : [];
  });
}

const standsOn = { state: 'given', validUntil: '9999-12-31T00:00:00.000Z' as Instant } as const;
