import type { RequestId } from '../brand.ts';
import type { Permit } from '../policy/decision.ts';
import { isApproved } from './approvals-needed.ts';
import type { AskPorts } from './ask.ts';
import type { Change, ClaimedResource } from './change.ts';
import { askedThen, type Consultation, consult } from './consult.ts';
import { decisionKept } from './decision-kept.ts';
import { type Ended, stopRequest } from './end-waiting.ts';
import { decisionEntry } from './entries.ts';
import type { InboxEnd } from './inbox-operations.ts';
import type { Answers } from './kept-answer.ts';
import { isStillObtained, obtainedUnder } from './obtained-under.ts';
import type { Call } from './operations.ts';
import { keyProblem } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import type { Messages } from './said-on-request.ts';
import { stale } from './settle.ts';
import { keepRefused } from './strike.ts';
import { dueAfter, isOverdue } from './waiting.ts';
import { bothActive, whyStopped } from './why-stopped.ts';

export interface InboxPorts extends AskPorts {
  readonly answers: Answers;
  readonly messages: Messages;
}

/** A request that waits for what its source has to say. */
type InboxRequest = RequestRecord & { readonly state: 'awaiting-source' | 'partly-answered' };

/** What a source is about to do with a request, once everything that the request rests on was looked at again. */
export interface AtSource {
  readonly kind: 'stands';
  readonly request: InboxRequest;
  readonly consultation: Consultation;
  readonly permit: Permit;
  /** That its key was used for this. */
  readonly claimed: Change;
}

/** Whether its source has it in front of it. */
export function isInInbox(request: RequestRecord): request is InboxRequest {
  return request.state === 'awaiting-source' || request.state === 'partly-answered';
}

/**
 * Reads and decides again before a source acts: what is not permitted any more ends here and now, and nobody adds to it.
 * `resource`: what its key is used for.
 */
export async function consultAtSource(
  ports: InboxPorts,
  call: Call,
  id: RequestId,
  resource: ClaimedResource,
): Promise<AtSource | InboxEnd | typeof stale> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || request.source !== unit) return { kind: 'not-found' };
  // A request that was refused outright was never the source's to see.
  if (request.subject === null || request.decision.outcome === 'refusal') return { kind: 'not-found' };
  const consultation = await consult(ports, {
    ...askedThen(request, request.subject),
    idempotency: { unit, key: call.idempotency.key },
  });
  const { reading, rests, now } = consultation;
  if (reading.claim !== null) return keyProblem(call, reading.claim, resource) ?? { kind: 'replayed', request };
  if (!isInInbox(request)) return { kind: 'wrong-state', request };
  if (isOverdue(request, now)) return { kind: 'wrong-state', request };
  const permit = permitThatStands(ports, request, consultation);
  if (permit === null) {
    const because = whyStopped(ports, request, consultation);
    return over(await stopRequest(ports, request, { because, rests, at: now }));
  }
  if (!isApproved(permit.obligations, request.approvals)) return backToApproval(ports, request, consultation, permit);
  const claim = { unit, ...call.idempotency, resource: { type: resource, id }, claimedAt: now };
  return { kind: 'stands', request, consultation, permit, claimed: { type: 'idempotency-claimed', claim } };
}

/** What is decided now, where it still covers what was asked and what people agreed to; null: it does not. */
export function permitThatStands(
  ports: Pick<AskPorts, 'policies'>,
  request: RequestRecord,
  consultation: Consultation,
): Permit | null {
  const { decision, registry } = consultation;
  if (decision.outcome === 'refusal') return null;
  if (!bothActive(registry, [request.source, request.recipient])) return null;
  // Asked as something that it may give, and no longer is.
  const obtained = obtainedUnder(ports.policies, consultation, decision);
  return isStillObtained(request.decision.obtained, obtained) ? decision : null;
}

/** What is decided now asks for people who did not agree. What was given in part cannot wait for them: it stops. */
async function backToApproval(
  ports: InboxPorts,
  request: InboxRequest,
  consultation: Consultation,
  permit: Permit,
): Promise<InboxEnd | typeof stale> {
  const { rests, now } = consultation;
  if (request.state === 'partly-answered') {
    const because = whyStopped(ports, request, consultation);
    return over(await stopRequest(ports, request, { because, rests, at: now }));
  }
  const entry = decisionEntry(ports.entropy, request, permit, request.subject, null);
  const to = 'awaiting-approval';
  const dueAt = dueAfter(ports, request, to, now);
  const moved = { type: 'request-moved', id: request.id, from: request.state, to, at: now, entry: entry.id } as const;
  const decision = keepRefused(request.decision, decisionKept(ports.policies, consultation));
  const again: RequestRecord = { ...request, state: to, decision, movedAt: now, entry: entry.id, approvals: [], dueAt };
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [entry],
    changes: [
      { ...moved, decision, approvals: [], dueAt, seen: request.entry },
      requestEvent(ports, again, request.source, 'awaiting-approval'),
    ],
  });
  return over({ committed, request: again });
}

/** It ended, or waits for others, here and now: there is nothing left to say to it. */
function over({ committed, request }: Ended): InboxEnd | typeof stale {
  return committed.outcome === 'durable' ? { kind: 'wrong-state', request } : stale;
}
