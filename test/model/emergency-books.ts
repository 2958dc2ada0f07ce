import type { RequestId } from '../../src/core/brand.ts';
import type { EntryDraft } from '../../src/core/ledger/entry.ts';
import type { Doer } from './bookkeeping.ts';
import { type KnownEmergency, whyNotInEmergency, whyNotRevoked, whyNotSeconded } from './emergency-model.ts';
import type { KnownRequest, LifeModel } from './life-model.ts';

/** Writes down what became durable of what was asked in an emergency, and tells what is wrong with it. */
export function keepEmergencyBooks(model: LifeModel, doer: Doer, request: KnownRequest, entry: EntryDraft): string[] {
  const { id } = request;
  if (entry.kind === 'break-glass') {
    const wrong = judgeOpening(model, doer, request);
    const openedAt = Date.parse(entry.time);
    const afterwards = { second: null, revoked: false, verdict: null };
    model.emergencies.set(id, { id, openedAt, asker: request.asker, ...afterwards });
    request.permitted = true;
    return wrong;
  }
  const emergency = model.emergencies.get(id);
  if (emergency === undefined) return [];
  const when = (at: number) => (model.clocksAgree ? at : null);
  switch (entry.kind) {
    case 'disclosure':
      return although('disclosed', whyNotInEmergency(emergency, when(doer.readAt)));
    case 'break-glass-confirmed':
      return second(model, doer, request, emergency);
    case 'break-glass-revoked': {
      const why = whyNotRevoked(emergency, request.disclosedBy !== null, when(Date.parse(entry.time)));
      emergency.revoked = true;
      return although('revoked', doer.intent.intent === 'revoke' ? why : 'nobody was about to');
    }
    case 'review':
      return review(doer, emergency, entry);
    default:
      return [];
  }
}

function judgeOpening(model: LifeModel, { intent, readAt }: Doer, { known, asked }: KnownRequest): string[] {
  if (intent.intent !== 'ask' || intent.asked !== 'medication') return ['the glass was broken by nobody who did'];
  if (!intent.rightly) return ['the glass was broken, although nobody in that role may'];
  const why = known ? model.whyNotPermitted(asked, Number.POSITIVE_INFINITY, readAt) : 'nobody knows the person';
  return why === null ? [] : [`the glass was broken, although ${why}`];
}

function second(
  model: LifeModel,
  { intent, readAt }: Doer,
  { id, asked, since }: KnownRequest,
  emergency: KnownEmergency,
): string[] {
  if (intent.intent !== 'stand behind' || intent.request !== id) return ['confirmed by nobody who did'];
  const wrong = [
    ...although('confirmed', whyNotSeconded(emergency, intent, model.clocksAgree ? readAt : null)),
    ...although('confirmed', model.whyNotPermitted(asked, since, readAt)),
  ];
  emergency.second = intent.person;
  return wrong;
}

function review({ intent }: Doer, emergency: KnownEmergency, { body }: EntryDraft): string[] {
  const rightly = intent.intent === 'review' && intent.request === emergency.id && intent.verdict === body.outcome;
  const before = emergency.verdict;
  if (intent.intent === 'review') emergency.verdict = intent.verdict;
  if (!rightly) return ['reviewed by nobody who did'];
  return before === null || before === 'unclear' ? [] : [`reviewed, although it was found ${before}`];
}

function although(what: string, why: string | null): string[] {
  return why === null ? [] : [`${what}, although ${why}`];
}

/** What each party must have been told of it by now, as "unit type", sorted. */
export function mustBeTold({ second, revoked }: KnownEmergency): readonly string[] {
  const of = (unit: string, what: string) => `${unit} nl.sluis.break-glass.${what}`;
  return [
    of('medisch', 'opened'),
    ...(second === null ? [] : [of('medisch', 'confirmed')]),
    ...(revoked ? [of('medisch', 'revoked'), of('ziekenhuis', 'revoked')] : []),
  ].sort();
}

/** Where what is told of an emergency points to. */
export function emergencyAddress(id: RequestId): string {
  return `/v1/break-glass/${id}`;
}
