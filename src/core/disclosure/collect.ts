import type { Instant, RequestId } from '../brand.ts';
import type { Receipt } from '../ledger/entry.ts';
import type { Decision } from '../policy/decision.ts';
import { approvalCovers, refusalOf } from './approval-covers.ts';
import { isApproved } from './approvals-needed.ts';
import type { AskPorts } from './ask.ts';
import type { Change } from './change.ts';
import { type Consultation, consult } from './consult.ts';
import { decisionKept } from './decision-kept.ts';
import { deliver } from './deliver.ts';
import { expireRequest } from './end-waiting.ts';
import { decisionEntry, firstReceipt, subjectMark } from './entries.ts';
import type { Call, CollectOutcome } from './operations.ts';
import { replayRequest } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { settle, stale } from './settle.ts';
import { isWaiting } from './state.ts';
import { dueAfter, isOverdue } from './waiting.ts';
import { whyStopped } from './why-stopped.ts';

/**
 * The recipient fetches what people of the source approved. It is decided again, now: an approval
 * given yesterday does not outlive a consent withdrawn today, nor does it count where more people, or
 * people in another role, are asked for by now. The request then waits for its approvals again.
 */
export async function collect(ports: AskPorts, call: Call, id: RequestId): Promise<CollectOutcome> {
  const settled = await settle(ports, () => reopen(ports, call, id));
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
    afterFault: 'permitted',
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
async function reopen(ports: AskPorts, call: Call, id: RequestId): Promise<Reopened | CollectOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || request.recipient !== unit) return { kind: 'not-found' };
  const consultation = await consult(ports, {
    purpose: request.purpose,
    source: request.source,
    recipient: unit,
    // No more than the human who approved it saw.
    fields: request.state === 'permitted' ? request.decision.permitted : request.fields,
    trigger: request.direction,
    userRole: request.userRole,
    subject: { by: 'id', id: subjectMark(ports.entropy, request.subject) },
    idempotency: { unit, key: call.idempotency.key },
  });
  const { claim } = consultation.reading;
  if (claim !== null) return replayRequest(ports, call, claim, 'collection');
  const over = request.state === 'withdrawn' || request.state === 'refused';
  if (request.state !== 'permitted' && !over) return { kind: 'wrong-state', request };
  const { rests, now } = consultation;
  if (isOverdue(request, now)) return overdue(ports, request, rests.registryVersion, now);
  const decision =
    over || !approvalCovers(request, consultation) ? refusalOf(ports, request, now) : consultation.decision;
  const about = { ...request, transaction: call.transaction };
  const entry = decisionEntry(ports.entropy, about, decision, request.subject, null);
  const summary = decisionKept(ports.policies, { ...consultation, decision });
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
    consultation: { ...consultation, decision },
    receipt: firstReceipt(committed.receipts, 'recipient'),
  };
}

function stateAfter({ approvals }: RequestRecord, decision: Decision) {
  if (decision.outcome === 'refusal') return 'refused';
  return isApproved(decision.obligations, approvals) ? 'fetching' : 'awaiting-approval';
}

/** Approved, and not collected in time: it ends here, where nobody had seen it yet. */
async function overdue(
  ports: AskPorts,
  request: RequestRecord,
  registryVersion: number,
  at: Instant,
): Promise<CollectOutcome | typeof stale> {
  const { state } = request;
  if (!isWaiting(state)) return { kind: 'wrong-state', request };
  const { committed, request: expired } = await expireRequest(ports, { ...request, state }, { registryVersion, at });
  return committed.outcome === 'durable' ? { kind: 'wrong-state', request: expired } : stale;
}
