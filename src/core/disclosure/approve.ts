import type { RequestId } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { approvalCovers, refusalOf } from './approval-covers.ts';
import type { AskPorts } from './ask.ts';
import { type Consultation, consult } from './consult.ts';
import { decisionEntry, firstReceipt, frame } from './entries.ts';
import type { ApprovalBody, ApprovalOutcome, Call } from './operations.ts';
import { keyProblem } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { settle, stale } from './settle.ts';

/** A named human of the source approves or declines what the policy leaves to a human. */
export function approve(ports: AskPorts, call: Call, id: RequestId, body: ApprovalBody): Promise<ApprovalOutcome> {
  return settle(ports, () => recordApproval(ports, call, id, body));
}

async function recordApproval(
  ports: AskPorts,
  call: Call,
  id: RequestId,
  body: ApprovalBody,
): Promise<ApprovalOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || request.source !== unit || request.decision.obligations?.approval === 'none') {
    return { kind: 'not-found' };
  }
  // A request that was refused outright was never the source's to see.
  if (request.subject === null || request.decision.outcome === 'refusal') return { kind: 'not-found' };
  const consultation = await consult(ports, {
    purpose: request.purpose,
    source: request.source,
    recipient: request.recipient,
    fields: request.decision.permitted,
    subject: { by: 'id', id: request.subject },
    idempotency: { unit, key: call.idempotency.key },
  });
  const { reading, decision, rests } = consultation;
  if (reading.claim !== null) {
    return keyProblem(call, reading.claim, 'approval') ?? { kind: 'replayed', request };
  }
  if (request.state !== 'awaiting-approval') return { kind: 'wrong-state', request };
  // What it rested on is gone: there is nothing left to approve.
  if (decision.outcome === 'refusal' || !approvalCovers(request, consultation)) {
    return stop(ports, request, consultation);
  }

  const at = ports.clock.now();
  const approved = body.decision === 'approved';
  const to = approved ? 'permitted' : 'declined';
  const policySet = ports.policies.current().digest;
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: call.trace }, at, policySet),
    kind: approved ? 'approval' : 'approval-declined',
    body: { request: id },
    subject: request.subject,
    personal: {
      subject: request.subject,
      approver: canonical({ id: body.approver.id, role: body.approver.role, name: body.approver.name }),
      ...(body.ground === null ? {} : { ground: body.ground }),
    },
    fleeting: {},
  };
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [entry],
    changes: [
      {
        type: 'idempotency-claimed',
        claim: { unit, ...call.idempotency, resource: { type: 'approval', id }, claimedAt: at },
      },
      { type: 'request-moved', id, from: 'awaiting-approval', to, at, entry: entry.id, decision: null },
      {
        type: 'event-emitted',
        event: {
          id: ports.entropy.id(),
          unit: request.recipient,
          type: approved ? 'nl.sluis.request.approved' : 'nl.sluis.request.declined',
          time: at,
          dataref: `/v1/requests/${id}`,
        },
      },
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  const moved: RequestRecord = { ...request, state: to, movedAt: at, entry: entry.id };
  return { kind: 'recorded', request: moved, receipt: firstReceipt(committed.receipts) };
}

/** Ends a request whose basis went while it waited, and tells the source that it can decide no more. */
async function stop(
  ports: AskPorts,
  request: RequestRecord,
  { rests, now }: Consultation,
): Promise<ApprovalOutcome | typeof stale> {
  const { id } = request;
  const entry = decisionEntry(ports.entropy, request, refusalOf(ports, request, now), request.subject, null);
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [entry],
    changes: [
      {
        type: 'request-moved',
        id,
        from: 'awaiting-approval',
        to: 'withdrawn',
        at: now,
        entry: entry.id,
        decision: null,
      },
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'wrong-state', request: { ...request, state: 'withdrawn', movedAt: now, entry: entry.id } };
}
