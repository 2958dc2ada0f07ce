import type { RequestId } from '../brand.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { Obligations } from '../policy/decision.ts';
import { approvalCovers, refusalOf } from './approval-covers.ts';
import { type Approval, isApproved, mayApproveAs } from './approvals-needed.ts';
import type { AskPorts } from './ask.ts';
import type { Change } from './change.ts';
import { type Consultation, consult } from './consult.ts';
import { decisionEntry, firstReceipt, frame, userOnRecord } from './entries.ts';
import type { ApprovalBody, ApprovalOutcome, Call } from './operations.ts';
import { isPersonMark, personMark } from './person-mark.ts';
import { keyProblem } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { settle, stale } from './settle.ts';

/**
 * A named human of the source approves or declines what the policy leaves to people. One no ends it; for
 * a yes of two people the first leaves it waiting, and both are counted under the decision of that moment.
 */
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
    trigger: request.direction,
    userRole: request.userRole,
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

  const by = personMark(ports.marks, id, body.approver.id);
  const approved = body.decision === 'approved';
  if (approved && !mayApprove(request, decision.obligations, { by, role: body.approver.role })) {
    return { kind: 'may-not-approve' };
  }
  const approvals = approved ? [...request.approvals, { by, role: body.approver.role }] : request.approvals;
  const to = stateAfter(approved, decision.obligations, approvals);
  const at = ports.clock.now();
  const policySet = ports.policies.current().digest;
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: call.trace }, at, policySet),
    kind: approved ? 'approval' : 'approval-declined',
    body: { request: id },
    subject: request.subject,
    personal: {
      subject: request.subject,
      approver: userOnRecord(body.approver),
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
      {
        type: 'request-moved',
        id,
        from: 'awaiting-approval',
        to,
        at,
        entry: entry.id,
        decision: null,
        approvals,
        agreed: request.approvals.length,
      },
      ...(to === 'awaiting-approval' ? [] : [decided(ports, { ...request, state: to, movedAt: at })]),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  const moved: RequestRecord = { ...request, state: to, movedAt: at, entry: entry.id, approvals };
  return { kind: 'recorded', request: moved, receipt: firstReceipt(committed.receipts, 'source') };
}

/**
 * Whether this yes counts: in a role that was asked for, by somebody who said none before, and not by
 * whoever the request was made for. A request that does not know its asker, or knows anybody by a mark that
 * cannot be compared any more, can be approved by nobody.
 */
function mayApprove({ asker, approvals }: RequestRecord, asked: Obligations, { by, role }: Approval): boolean {
  if (asker === null || by === asker) return false;
  if (![asker, ...approvals.map((approval) => approval.by)].every(isPersonMark)) return false;
  return mayApproveAs(asked, role) && approvals.every((approval) => approval.by !== by);
}

function stateAfter(approved: boolean, asked: Obligations, approvals: readonly Approval[]) {
  if (!approved) return 'declined';
  return isApproved(asked, approvals) ? 'permitted' : 'awaiting-approval';
}

/** Tells the recipient what the source decided. */
function decided(ports: AskPorts, { id, recipient, state, movedAt, subject: about }: RequestRecord): Change {
  const type = state === 'permitted' ? 'nl.sluis.request.approved' : 'nl.sluis.request.declined';
  const event = { id: ports.entropy.id(), unit: recipient, type, time: movedAt, dataref: `/v1/requests/${id}`, about };
  return { type: 'event-emitted', event };
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
