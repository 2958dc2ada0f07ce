import type { RequestId } from '../brand.ts';
import type { Receipt } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import type { Decision } from '../policy/decision.ts';
import { decideAboutNobody } from './about-nobody.ts';
import { acceptanceProblem, isNeverOffered } from './accept-offer.ts';
import { isApproved } from './approvals-needed.ts';
import type { Change } from './change.ts';
import { askedThen, type Consultation, consult } from './consult.ts';
import { decideForTaker } from './decide-for-taker.ts';
import { decisionKept } from './decision-kept.ts';
import { deliver } from './deliver.ts';
import { decisionEntry, firstReceipt, subjectMark } from './entries.ts';
import { type CollectPorts, handOver, isHandedOver } from './hand-over.ts';
import type { Call, CollectOutcome } from './operations.ts';
import { replayRequest } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { settle, stale } from './settle.ts';
import { keepRefused } from './strike.ts';
import { dueAfter, isOverdue } from './waiting.ts';
import { whyStopped } from './why-stopped.ts';

/**
 * The recipient fetches what people of the source approved. It is decided again, now: an approval
 * given yesterday does not outlive a consent withdrawn today, nor does it count where more people, or
 * people in another role, are asked for by now. The request then waits for its approvals again.
 * `user`: who of the recipient gets it, in a role in which they may; null: whoever asked.
 */
export async function collect(
  ports: CollectPorts,
  call: Call,
  id: RequestId,
  user: User | null = null,
): Promise<CollectOutcome> {
  const settled = await settle(ports, () => reopen(ports, call, id, user));
  if (settled.kind !== 'reopened') return settled;
  const { record, consultation } = settled;
  const { decision } = consultation;
  if (decision.outcome === 'refusal') return { kind: 'refused', request: record, receipt: settled.receipt };
  if (record.state === 'awaiting-approval') return { kind: 'waiting', request: record, receipt: settled.receipt };
  return deliver(ports, {
    request: record,
    transaction: call.transaction,
    permit: decision,
    consultation,
    fields: decision.permitted,
    taker: user && { user, trace: call.trace },
  });
}

interface Reopened {
  readonly kind: 'reopened';
  readonly record: RequestRecord;
  readonly consultation: Consultation;
  readonly receipt: Receipt;
}

/**
 * INVARIANT: what a refused request answers does not depend on whether its person is known: the key is
 * looked up first for both, and both get a refusal entry of their own.
 */
async function reopen(
  ports: CollectPorts,
  call: Call,
  id: RequestId,
  user: User | null,
): Promise<Reopened | CollectOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || request.recipient !== unit) return { kind: 'not-found' };
  if (isNeverOffered(request, unit)) return { kind: 'not-found' };
  if (isHandedOver(request)) return acceptanceProblem(request, user) ?? handOver(ports, call, request, user);
  const consultation = await consult(ports, {
    ...askedThen(request, subjectMark(ports.entropy, request.subject)),
    // No more than the human who approved it saw.
    fields: request.state === 'permitted' ? request.decision.permitted : request.fields,
    idempotency: { unit, key: call.idempotency.key },
  });
  const { claim } = consultation.reading;
  if (claim !== null) return replayRequest(ports, call, claim, 'collection');
  const over = request.state === 'withdrawn' || request.state === 'refused';
  if (request.state !== 'permitted' && !over) return { kind: 'wrong-state', request };
  const { rests, now } = consultation;
  if (isOverdue(request, now)) return { kind: 'wrong-state', request };
  const decided = decidedFor(ports, request, consultation, user);
  if (decided === null) return { kind: 'other-role' };
  const { decision } = decided;
  const about = { ...request, transaction: call.transaction };
  const entry = decisionEntry(ports.entropy, about, decision, request.subject, null);
  const summary = keepRefused(request.decision, decisionKept(ports.policies, decided));
  const to = stateAfter(request, decision);
  const again = to === 'awaiting-approval';
  const resource = { type: 'collection', id } as const;
  const claimed: Change = {
    type: 'idempotency-claimed',
    claim: { unit, ...call.idempotency, resource, claimedAt: now },
  };
  const moved: Change = {
    type: 'request-moved',
    id,
    from: 'permitted',
    to,
    at: now,
    entry: entry.id,
    decision: summary,
    ...(again ? { approvals: [], dueAt: dueAfter(ports, request, to, now) } : {}),
    ...(to === 'refused' ? { stoppedFor: whyStopped(ports, request, consultation) } : {}),
  };
  const told = { ...request, movedAt: now };
  const committed = await ports.journal.commit({
    // As in `ask`: a refusal waits for nobody who changes the person's record.
    rests: decision.outcome === 'refusal' ? { ...rests, subject: null } : rests,
    moves: false,
    entries: [entry],
    changes: [
      claimed,
      ...(over ? [] : [moved]),
      ...(again ? [requestEvent(ports, told, request.source, 'awaiting-approval')] : []),
      ...(to === 'refused' && !over ? [requestEvent(ports, told, request.source, 'stopped')] : []),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  const approvals = again ? [] : request.approvals;
  const record: RequestRecord = { ...request, state: to, decision: summary, movedAt: now, entry: entry.id, approvals };
  return {
    kind: 'reopened',
    record,
    consultation: decided,
    receipt: firstReceipt(committed.receipts, 'recipient'),
  };
}

/** What stands now of what people agreed to. null: it stands, and is not for somebody in the role of whoever collects it. */
function decidedFor(
  ports: CollectPorts,
  request: RequestRecord,
  consultation: Consultation,
  user: User | null,
): Consultation | null {
  if (request.state !== 'permitted') {
    // As about nobody: neither the answer nor its receipt may tell that somebody withdrew something.
    const about = { ...request, movedAt: consultation.now };
    return { ...consultation, decision: decideAboutNobody(ports.policies, consultation.registry, about) };
  }
  // What waits for its approvals again is given to nobody yet.
  if (stateAfter(request, consultation.decision) !== 'fetching') return consultation;
  return decideForTaker(ports, request, consultation, user);
}

function stateAfter({ approvals }: RequestRecord, decision: Decision) {
  if (decision.outcome === 'refusal') return 'refused';
  return isApproved(decision.obligations, approvals) ? 'fetching' : 'awaiting-approval';
}
