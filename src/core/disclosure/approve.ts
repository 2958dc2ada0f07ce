import type { FieldId, Instant, RequestId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { answersThroughPeople } from '../partner/connector.ts';
import type { Unit } from '../partner/partner.ts';
import type { Obligations } from '../policy/decision.ts';
import { type Approval, isApproved, mayApproveAs } from './approvals-needed.ts';
import type { AskPorts } from './ask.ts';
import type { Change } from './change.ts';
import { askedThen, type Consultation, consult, consultNow } from './consult.ts';
import { decisionKept } from './decision-kept.ts';
import { type Ended, stopRequest } from './end-waiting.ts';
import { firstReceipt, frame, subjectMark, userOnRecord } from './entries.ts';
import type { ApprovalBody, ApprovalOutcome, Call } from './operations.ts';
import { isPersonMark, personMark } from './person-mark.ts';
import { keyProblem } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { coversOffer } from './sealed-as-a-whole.ts';
import { settle, stale } from './settle.ts';
import { stepRead } from './step-read.ts';
import { keepRefused, strike } from './strike.ts';
import { dueAfter, isOverdue } from './waiting.ts';
import { whatWasSaid } from './what-was-said.ts';
import { bothActive, whyStopped } from './why-stopped.ts';

/**
 * A named human of the source approves or declines what the policy leaves to people. One no ends it; for
 * a yes of two people the first leaves it waiting, and both are counted under the decision of that moment.
 * Fields that either strikes out are permitted no more, whoever agrees after it.
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
  if (request === null || request.source !== unit || !wasForPeople(request)) return { kind: 'not-found' };
  // A request that was refused outright was never the source's to see.
  if (request.subject === null || request.decision.outcome === 'refusal') return { kind: 'not-found' };
  const consultation = await consult(ports, {
    ...askedThen(request, request.subject),
    idempotency: { unit, key: call.idempotency.key },
  });
  const { reading, decision, rests } = consultation;
  if (reading.claim !== null) {
    return keyProblem(call, reading.claim, 'approval') ?? { kind: 'replayed', request };
  }
  const { state } = request;
  if (state !== 'awaiting-approval') return { kind: 'wrong-state', request };
  if (isOverdue(request, consultation.now)) return { kind: 'wrong-state', request };
  // What it rested on is gone: there is nothing left to approve.
  const stands = bothActive(consultation.registry, [unit, request.recipient]) && coversOffer(request, decision);
  if (decision.outcome === 'refusal' || !stands) {
    const because = whyStopped(ports, request, consultation);
    return over(await stopRequest(ports, { ...request, state }, { because, rests, at: consultation.now }));
  }
  // Whoever agrees to what they read agrees to nothing else that is permitted by now.
  if (body.seen !== undefined && body.seen !== stepRead(request, decision)) return { kind: 'wrong-state', request };

  const by = personMark(ports.marks, id, body.approver.id);
  if (body.decision === 'approved') {
    const barred = await barredBy(ports, request, decision.obligations, { body, by });
    if (barred !== null) return barred;
  }
  // What is left is decided as if no more had been asked: what a struck field asked for is asked no more.
  const left = struckBy(body).length === 0 ? consultation : consultLeft(ports, request, body, consultation);
  if (left.decision.outcome === 'refusal') return { kind: 'invalid', member: 'strike', problem: nothingLeft };
  // Decided a moment later, under which a restriction may have come to its end: then it is read again.
  if (!left.decision.permitted.every((field) => decision.permitted.includes(field))) return stale;
  return commitApproval(ports, call, { request, body, by, left, obligations: left.decision.obligations });
}

/** Also where all that asked for people was struck since. */
function wasForPeople({ decision, approvals }: RequestRecord): boolean {
  return decision.obligations?.approval !== 'none' || approvals.length > 0;
}

function consultLeft(
  ports: AskPorts,
  { purpose, decision, direction: trigger, userRole }: RequestRecord,
  body: ApprovalBody,
  consultation: Consultation,
): Consultation {
  const struck = struckBy(body);
  const fields = decision.permitted.filter((field) => !struck.includes(field));
  return consultNow(ports, { purpose, fields, trigger, userRole }, consultation);
}

/** A no leaves nothing to strike out. */
function struckBy(body: ApprovalBody): readonly FieldId[] {
  return body.decision === 'approved' ? (body.strike ?? []) : [];
}

/** Why this yes does not count; null: it does. */
async function barredBy(
  ports: AskPorts,
  request: RequestRecord,
  asked: Obligations,
  { body, by }: { readonly body: ApprovalBody; readonly by: string },
): Promise<ApprovalOutcome | null> {
  if (!mayApprove(request, asked, { by, role: body.approver.role })) return { kind: 'may-not-approve' };
  const unfit = unfitStrike(request, struckBy(body));
  if (unfit !== null) return unfit;
  return (await whatWasSaid(ports, request)) === null ? { kind: 'reason-gone' } : null;
}

function unfitStrike(
  { direction, decision: { permitted } }: RequestRecord,
  struck: readonly FieldId[],
): (ApprovalOutcome & { readonly kind: 'invalid' }) | null {
  if (direction === 'push' && struck.length > 0) return { kind: 'invalid', member: 'strike', problem: sealedAlready };
  const unknown = struck.findIndex((field) => !permitted.includes(field));
  if (unknown !== -1) return { kind: 'invalid', member: `strike.${unknown}`, problem: notPermitted };
  return permitted.every((field) => struck.includes(field))
    ? { kind: 'invalid', member: 'strike', problem: nothingLeft }
    : null;
}

const notPermitted: Label = {
  nl: 'moet een gegeven zijn dat nu is toegestaan: wat al is geschrapt, staat er niet meer bij',
  en: 'must be a field that is permitted now: what was struck before is not there any more',
};
const nothingLeft: Label = {
  nl: 'laat niets over: wijs de aanvraag dan af, met een reden',
  en: 'leaves nothing: decline the request then, with a ground',
};

const sealedAlready: Label = {
  nl: 'kan niet bij een aanbod, dat al verzegeld is: wijs het af, en bied zonder dit gegeven opnieuw aan',
  en: 'is not possible for an offer, which is sealed already: decline it, and offer again without this field',
};

interface Counted {
  readonly request: RequestRecord;
  readonly body: ApprovalBody;
  readonly by: string;
  /** Decided over what the approver leaves. */
  readonly left: Consultation;
  readonly obligations: Obligations;
}

async function commitApproval(
  ports: AskPorts,
  call: Call,
  { request, body, by, left, obligations }: Counted,
): Promise<ApprovalOutcome | typeof stale> {
  const { id } = request;
  const approved = body.decision === 'approved';
  const approvals = approved ? [...request.approvals, { by, role: body.approver.role }] : request.approvals;
  const agreed = isApproved(obligations, approvals);
  const to = approved ? stateAfter(request, agreed, left.source) : 'declined';
  const at = ports.clock.now();
  const entry = approvalEntry(ports, call, { request, body, at });
  const struck = struckBy(body);
  const kept = () => strike(keepRefused(request.decision, decisionKept(ports.policies, left)), struck);
  // Also where nothing was struck: whoever agrees agrees to what is permitted now, which is what they were shown.
  const decision = approved ? kept() : null;
  const dueAt = goesOn(to) ? dueAfter(ports, request, to, at) : null;
  const resource = { type: 'approval', id } as const;
  const { unit } = call.partner;
  const committed = await ports.journal.commit({
    rests: left.rests,
    moves: false,
    entries: [entry],
    changes: [
      { type: 'idempotency-claimed', claim: { unit: unit.id, ...call.idempotency, resource, claimedAt: at } },
      {
        ...({ type: 'request-moved', id, from: 'awaiting-approval', to, at, entry: entry.id, decision } as const),
        approvals,
        seen: request.entry,
        ...(dueAt === null ? {} : { dueAt }),
      },
      ...decided(ports, { ...request, state: to, movedAt: at }),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  const moved: RequestRecord = {
    ...request,
    state: to,
    decision: decision ?? request.decision,
    movedAt: at,
    entry: entry.id,
    approvals,
    dueAt: dueAt ?? request.dueAt,
  };
  return { kind: 'recorded', request: moved, receipt: firstReceipt(committed.receipts, 'source') };
}

function approvalEntry(
  ports: AskPorts,
  call: Call,
  { request, body, at }: Pick<Counted, 'request' | 'body'> & { readonly at: Instant },
): EntryDraft {
  const { id, subject } = request;
  const about = { ...request, trace: call.trace };
  const said = {
    ...frame(ports.entropy, about, at, ports.policies.current().digest),
    subject,
    personal: {
      subject: subjectMark(ports.entropy, subject),
      approver: userOnRecord(body.approver),
      ...(body.ground === null ? {} : { ground: body.ground }),
    },
    fleeting: {},
  };
  return body.decision === 'approved'
    ? { ...said, kind: 'approval', body: { v: 2, request: id, struck: [...struckBy(body)] } }
    : { ...said, kind: 'approval-declined', body: { request: id } };
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

function stateAfter({ direction }: RequestRecord, agreed: boolean, source: Unit) {
  if (!agreed) return 'awaiting-approval';
  if (direction === 'push') return 'answered';
  return answersThroughPeople(source) ? 'awaiting-source' : 'permitted';
}

type After = ReturnType<typeof stateAfter>;

/** Approved: from here on it waits for the next. */
function goesOn(to: After | 'declined'): to is Exclude<After, 'awaiting-approval'> {
  return to !== 'awaiting-approval' && to !== 'declined';
}

/**
 * Tells the recipient what the source decided, and the source that its people are to answer, or that one more must agree.
 * Of an offer the recipient hears once enough people agreed, and nothing where one of them said no.
 */
function decided(ports: AskPorts, request: RequestRecord): readonly Change[] {
  const { state, source, recipient } = request;
  if (state === 'awaiting-approval') return [requestEvent(ports, request, source, state)];
  if (request.direction === 'push')
    return state === 'answered' ? [requestEvent(ports, request, recipient, 'offered')] : [];
  const told = requestEvent(ports, request, recipient, state === 'declined' ? 'declined' : 'approved');
  return state === 'awaiting-source' ? [told, requestEvent(ports, request, source, 'awaiting-answer')] : [told];
}

/** It ended here and now: there is nothing left to decide. */
function over({ committed, request }: Ended): ApprovalOutcome | typeof stale {
  return committed.outcome === 'durable' ? { kind: 'wrong-state', request } : stale;
}
