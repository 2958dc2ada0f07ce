import type { FactId, Instant, RequestId, SubjectId, UnitId } from '../../src/core/brand.ts';
import type { Change, IdempotencyClaim } from '../../src/core/disclosure/change.ts';
import { isWaiting, mayMove, type RequestState } from '../../src/core/disclosure/state.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import type { Timer, TimerMark } from '../../src/core/timer/timer.ts';
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
        const unseen = change.agreed !== undefined && request?.approvals.length !== change.agreed;
        return request?.state === change.from && !unseen ? null : 'state';
      }
      case 'request-reminded':
        return (world.reminded.get(change.id) ?? 0) === change.before ? null : 'state';
      case 'request-stop-told':
        return world.wakes.has(change.id) && world.requests.get(change.id)?.state === 'withdrawn' ? null : 'state';
      case 'destruction-confirmed':
        return world.requests.get(change.id)?.destructionConfirmedAt === null ? null : 'state';
      case 'duty-followed':
        return world.requests.get(change.id)?.held?.lookAt === change.seen ? null : 'state';
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
      case 'destruction-confirmed': {
        const request = world.requests.get(change.id);
        if (request === undefined) break;
        const held = request.held && { ...request.held, lookAt: null };
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
      case 'requests-stopped':
        stopRequests(change);
        break;
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
      case 'timer-set':
        setTimer(change.timer);
        break;
      case 'timer-cancelled':
        moveTimers((timer) => timer.state === 'waiting' && isSameMark(timer, change.timer), 'cancelled');
        break;
      case 'timer-fired':
        moveTimers(({ id }) => id === change.id, 'fired');
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
      case 'notice-given':
        world.notices.push(change.notice);
        break;
      case 'event-emitted':
        world.events.push(change.event);
        break;
    }
  }

  function moveFact(id: FactId, moved: Partial<Fact>): void {
    const fact = world.facts.get(id);
    if (fact) world.facts.set(id, { ...fact, ...moved });
  }

  function setTimer(timer: Timer): void {
    if (!world.timers.some((known) => isSameMark(known, timer))) world.timers.push(timer);
    moveTimers((known) => known.state === 'cancelled' && isSameMark(known, timer), 'waiting');
  }

  function moveTimers(which: (timer: Timer) => boolean, state: Timer['state']): void {
    for (const [index, timer] of world.timers.entries()) {
      if (which(timer)) world.timers[index] = { ...timer, state };
    }
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
    wakeAt(change.id, change.to, change.at);
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

  function stopRequests(change: Change & { type: 'requests-stopped' }): void {
    for (const request of world.requests.values()) {
      const rests =
        request.subject === change.subject &&
        request.source === change.source &&
        request.recipient === change.recipient &&
        request.purpose === change.purpose;
      if (rests && isWaiting(request.state)) {
        world.requests.set(request.id, {
          ...request,
          state: 'withdrawn',
          movedAt: change.at,
          entry: change.entry,
          stoppedFor: 'consent',
        });
        world.wakes.set(request.id, change.at);
      }
    }
  }

  return { conflictOf, apply };
}

function isSameMark(one: TimerMark, other: TimerMark): boolean {
  return one.word === other.word && one.kind === other.kind && one.fact === other.fact && one.at === other.at;
}

export function referenceKey(type: string, value: string, unit: UnitId | undefined): string {
  const own = type === 'pseudonym' || type === 'caseReference';
  return own ? `${type} ${value} ${unit ?? ''}` : `${type} ${value}`;
}
