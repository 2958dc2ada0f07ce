import type { FactId, Instant, RequestId, SubjectId, UnitId } from '../../src/core/brand.ts';
import type { Change, IdempotencyClaim } from '../../src/core/disclosure/change.ts';
import { isWaiting, mayMove, type RequestState } from '../../src/core/disclosure/state.ts';
import type { Emergency } from '../../src/core/emergency/emergency.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import { eventTypes, noticeType } from '../../src/core/subscription/event-types.ts';
import { applyAnswer, remove, takerConflict } from './memory-answers.ts';
import { applyCorrection, correctionConflict } from './memory-corrections.ts';
import { applyInforming, informingConflict } from './memory-informing.ts';
import { messageConflict } from './memory-messages.ts';
import { applyRights, rightsConflict } from './memory-rights.ts';
import { moveTimers, reckonTimers } from './memory-timers.ts';
import type { MemoryWorld } from './memory-world.ts';

/** What the store's statements do, on the maps of a memory world. */
export function memoryChanges(
  world: MemoryWorld,
  references: Map<string, SubjectId>,
  claims: Map<string, IdempotencyClaim>,
) {
  function conflictOf(change: Change): 'idempotency-key' | 'state' | 'unique' | null {
    switch (change.type) {
      case 'idempotency-claimed':
        return claims.has(`${change.claim.unit} ${change.claim.key}`) ? 'idempotency-key' : null;
      case 'request-moved': {
        const request = world.requests.get(change.id);
        const unseen = change.seen !== undefined && request?.entry !== change.seen;
        return request?.state === change.from && !unseen ? null : 'state';
      }
      case 'answer-taken':
        return takerConflict(world, change);
      case 'message-kept':
        return messageConflict(world, change);
      case 'request-reminded':
        if (world.requests.get(change.id)?.entry !== change.seen) return 'state';
        return (world.reminded.get(change.id) ?? 0) === change.before ? null : 'state';
      case 'request-stop-told':
        return world.wakes.has(change.id) && world.requests.get(change.id)?.state === 'withdrawn' ? null : 'state';
      case 'destruction-confirmed':
        return world.requests.get(change.id)?.destructionConfirmedAt === null ? null : 'state';
      case 'duty-followed':
        return world.requests.get(change.id)?.held?.lookAt === change.seen ? null : 'state';
      case 'rights-request-made':
      case 'rights-request-decided':
      case 'rights-request-followed':
      case 'rights-request-carried-out':
        return rightsConflict(world, change);
      case 'informing-delayed':
      case 'informing-followed':
        return informingConflict(world, change);
      case 'emergency-seconded':
      case 'emergency-revoked': {
        const emergency = world.emergencies.get(change.id);
        return emergency?.second === null && emergency.revokedAt === null ? null : 'state';
      }
      case 'emergency-reviewed':
        return (world.emergencies.get(change.id)?.review?.at ?? null) === change.seen ? null : 'state';
      case 'correction-made':
      case 'correction-confirmed':
      case 'correction-reached':
      case 'correction-followed':
        return correctionConflict(world, change);
      case 'consent-moved':
        return world.consents.get(change.id)?.state === change.from ? null : 'state';
      case 'involvement-claim-moved':
        return world.claims.get(change.id)?.state === 'received' ? null : 'state';
      case 'timer-fired':
        return world.timers.some(({ id, state }) => id === change.id && state === 'waiting') ? null : 'state';
      case 'case-reference-given': {
        const known = references.get(referenceKey('caseReference', change.reference, change.unit));
        return known === undefined || known === change.subject ? null : 'unique';
      }
      default:
        return null;
    }
  }

  function answer(id: RequestId, said: Partial<Emergency>): void {
    const emergency = world.emergencies.get(id);
    if (emergency) world.emergencies.set(id, { ...emergency, ...said });
  }

  function apply(change: Change): void {
    switch (change.type) {
      case 'idempotency-claimed':
        claims.set(`${change.claim.unit} ${change.claim.key}`, change.claim);
        break;
      case 'request-opened':
        world.requests.set(change.request.id, change.request);
        wakeAt(change.request.id, change.request.state, change.request.movedAt);
        break;
      case 'request-moved':
        moveRequest(change);
        break;
      case 'answer-kept':
      case 'answer-taken':
        applyAnswer(world, change);
        break;
      case 'message-kept':
        world.messages.push(change.message);
        break;
      case 'destruction-confirmed': {
        const request = world.requests.get(change.id);
        if (request === undefined) break;
        const held = request.held && { ...request.held, lookAt: null };
        remove(world.answers, change.id);
        world.requests.set(change.id, {
          ...request,
          destructionConfirmedAt: change.at,
          destroyedHow: change.how,
          held,
        });
        break;
      }
      case 'duties-woken':
        wakeDuties(change);
        break;
      case 'duty-followed': {
        const request = world.requests.get(change.id);
        if (request) world.requests.set(change.id, { ...request, held: change.held });
        break;
      }
      case 'emergency-opened':
        world.emergencies.set(change.emergency.request, change.emergency);
        break;
      case 'emergency-seconded':
        answer(change.id, { second: { at: change.at, role: change.role } });
        break;
      case 'emergency-reviewed':
        answer(change.id, { review: { at: change.at, verdict: change.verdict } });
        break;
      case 'emergency-revoked': {
        answer(change.id, { revokedAt: change.at });
        const request = world.requests.get(change.id);
        const { entry, decision, held } = change;
        const isDestroyed = request?.destructionConfirmedAt !== null;
        if (request) world.requests.set(change.id, { ...request, entry, ...(isDestroyed ? {} : { decision, held }) });
        break;
      }
      case 'request-reminded':
        world.reminded.set(change.id, change.told);
        break;
      case 'request-stop-told': {
        const request = world.requests.get(change.id);
        if (request) world.requests.set(change.id, { ...request, entry: change.entry });
        world.wakes.delete(change.id);
        break;
      }
      case 'requests-woken':
        for (const { id, subject, state } of world.requests.values()) {
          if (subject === change.subject && isWaiting(state)) world.wakes.set(id, change.at);
        }
        break;
      case 'fact-attested':
        world.facts.set(change.fact.id, change.fact);
        break;
      case 'fact-ended':
        moveFact(change.id, { until: change.until, state: 'ended' });
        break;
      case 'fact-corrected':
        moveFact(change.id, { state: 'corrected' });
        break;
      case 'fact-disputed':
        moveFact(change.id, { state: 'disputed' });
        world.disputes.set(change.id, { by: change.by, at: change.at, ground: change.ground });
        break;
      case 'fact-confirmed':
        moveFact(change.id, { state: change.to });
        break;
      case 'involvement-claimed':
        world.claims.set(change.claim.id, change.claim);
        break;
      case 'involvement-claim-moved': {
        const claim = world.claims.get(change.id);
        if (claim) world.claims.set(change.id, { ...claim, state: change.to, movedAt: change.at });
        break;
      }
      case 'timers-reckoned':
        reckonTimers(world, change);
        break;
      case 'timer-fired':
        moveTimers(world, ({ id }) => id === change.id, 'fired');
        break;
      case 'case-reference-given':
        references.set(referenceKey('caseReference', change.reference, change.unit), change.subject);
        break;
      case 'consent-requested':
        world.consents.set(change.consent.id, change.consent);
        break;
      case 'consent-moved': {
        const consent = world.consents.get(change.id);
        if (consent)
          world.consents.set(change.id, {
            ...consent,
            state: change.to,
            decidedAt: change.to === 'expired' ? consent.decidedAt : change.at,
            decidedBy: change.by ?? consent.decidedBy,
          });
        break;
      }
      case 'rights-request-made':
      case 'rights-request-decided':
      case 'rights-request-followed':
      case 'rights-request-carried-out':
        applyRights(world, change);
        break;
      case 'informing-delayed':
      case 'informing-followed':
        applyInforming(world, change);
        break;
      case 'correction-made':
      case 'correction-confirmed':
      case 'correction-reached':
      case 'correction-followed':
        applyCorrection(world, change);
        break;
      case 'notice-given':
        world.notices.push(change.notice);
        break;
      case 'event-emitted':
        if (!eventTypes.includes(change.event.type) && !noticeType.test(change.event.type))
          throw new Error(`nobody can subscribe to ${change.event.type}`);
        world.events.push(change.event);
        break;
    }
  }

  function moveFact(id: FactId, moved: Partial<Fact>): void {
    const fact = world.facts.get(id);
    if (fact) world.facts.set(id, { ...fact, ...moved });
  }

  function moveRequest(change: Change & { type: 'request-moved' }): void {
    const request = world.requests.get(change.id);
    if (request === undefined) return;
    const isOwn = change.entry !== request.entry;
    if (!mayMove(change.from, change.to) || !isOwn) throw new RangeError(`no way from ${change.from} to ${change.to}`);
    const decision = change.decision ?? request.decision;
    const approvals = change.approvals ?? request.approvals;
    const held = change.held ?? request.held;
    const moved = { ...request, state: change.to, decision, movedAt: change.at, entry: change.entry, approvals, held };
    const waits = { dueAt: change.dueAt ?? request.dueAt, stoppedFor: change.stoppedFor ?? request.stoppedFor };
    world.requests.set(change.id, { ...moved, ...waits });
    if (change.dueAt !== undefined) world.reminded.delete(change.id);
    letGo(change.id, change.to);
    wakeAt(change.id, change.to, change.at);
  }

  /** As the database has it. */
  function letGo(id: RequestId, state: RequestState): void {
    const ends = ['withdrawn', 'expired', 'declined', 'refused', 'failed', 'collected'].includes(state);
    if (ends) remove(world.answers, id);
    if (!['awaiting-approval', 'awaiting-source', 'partly-answered'].includes(state)) remove(world.messages, id);
  }

  function wakeAt(id: RequestId, state: RequestState, at: Instant): void {
    if (isWaiting(state)) world.wakes.set(id, at);
    else world.wakes.delete(id);
  }

  function wakeDuties({ subjects, until, at }: Change & { type: 'duties-woken' }): void {
    for (const request of world.requests.values()) {
      const { subject, held, destructionConfirmedAt, decision } = request;
      if (subject === null || held === null || destructionConfirmedAt !== null || !subjects.includes(subject)) continue;
      if (until !== null && !until.includes(decision.obligations?.retain.until ?? '')) continue;
      world.requests.set(request.id, { ...request, held: { ...held, lookAt: at } });
    }
  }

  return { conflictOf, apply };
}

export function referenceKey(type: string, value: string, unit: UnitId | undefined): string {
  const own = type === 'pseudonym' || type === 'caseReference';
  return own ? `${type} ${value} ${unit ?? ''}` : `${type} ${value}`;
}
