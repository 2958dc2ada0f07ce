import type { FieldId, PurposeId, RequestId, UnitId } from '../brand.ts';
import { Fault } from '../fault.ts';
import type { EntryDraft, JsonValue } from '../ledger/entry.ts';
import { keyInForce } from '../partner/registered-key.ts';
import type { Permit } from '../policy/decision.ts';
import { decideAboutNobody } from './about-nobody.ts';
import { isApproved } from './approvals-needed.ts';
import { type AskPorts, mayIdentifyBy } from './ask.ts';
import type { Change, OpenedRequest } from './change.ts';
import { type Consultation, consult } from './consult.ts';
import { decisionKept } from './decision-kept.ts';
import { decisionEntry, firstReceipt, frame, userOnRecord } from './entries.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { type Minimised, minimise } from './minimise.ts';
import type { Offer, OfferOutcome } from './offer-operations.ts';
import { offerProblem } from './offer-problem.ts';
import { approvalsBy, mayOffer, termsProblem } from './offer-terms.ts';
import type { Call } from './operations.ts';
import { personMark } from './person-mark.ts';
import { keyProblem } from './replay.ts';
import { requestEvent } from './request-events.ts';
import { isSealedBySource, keyForWaiting, partsDigest } from './seal-answer.ts';
import { settle, stale } from './settle.ts';
import { dueAfter } from './waiting.ts';

/**
 * A source offers data of its own accord. Decided, minimised and put on record as an answer to a question is; what is
 * permitted of it is sealed to the recipient's key at once, waits until as many people of the source agreed as its policy asks
 * for, and then until the recipient accepts it, by collecting it. What is
 * not permitted is not kept, and the source reads which fields and why.
 * Throws `Fault('seal-impossible')` where nothing can be kept for this recipient, whoever the person is.
 */
export async function offer(ports: AskPorts, call: Call, given: Offer): Promise<OfferOutcome> {
  const source = call.partner.unit;
  const problem = offerProblem(ports, source, given);
  if (problem !== null) return problem;
  if (!mayIdentifyBy(ports, call, given.subject)) return { kind: 'number-not-allowed' };
  const recipient = ports.registry.current().units.get(given.recipient);
  if (recipient === undefined || keyInForce(recipient.encryptionKeys ?? [], ports.clock.now()) === null) {
    throw new Fault('seal-impossible', 'an offer waits sealed, and the recipient has no encryption key in force');
  }
  const terms = termsProblem(ports.policies, source, recipient, given);
  if (terms === 'seal-impossible')
    throw new Fault(terms, 'what its source must seal itself cannot be offered in clear');
  if (terms !== null) return { kind: terms };
  return settle(ports, () => decideOnRecord(ports, call, given));
}

async function decideOnRecord(ports: AskPorts, call: Call, given: Offer): Promise<OfferOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const consultation = await consult(ports, {
    purpose: given.purpose,
    source: unit,
    recipient: given.recipient,
    fields: Object.keys(given.data) as FieldId[],
    trigger: 'push',
    // Who reads it is not there yet: the offer is meant for somebody in this role, and nobody else may accept it.
    userRole: given.addressee,
    subject: { by: 'reference', reference: given.subject, unit },
    agreedBy: null,
    idempotency: { unit, key: call.idempotency.key },
  });
  // Shut out since its call came in: read anew, the registry says so, as of a recipient that asks.
  if (consultation.source.state !== 'active') {
    throw new Fault('basis-changed', 'the source is no longer an active partner');
  }
  const { claim } = consultation.reading;
  if (claim !== null) {
    const request = await ports.requests.find(claim.resource.id as RequestId);
    return keyProblem(call, claim, 'offer') ?? (request ? { kind: 'replayed', request } : { kind: 'in-progress' });
  }
  const { decision } = consultation;
  if (decision.outcome === 'refusal') return refuse(ports, call, given, consultation);
  return keep(ports, call, { given, consultation, permit: decision });
}

interface Permitted {
  readonly given: Offer;
  readonly consultation: Consultation;
  readonly permit: Permit;
}

/**
 * On record as any refusal is: it looks the same whether the person is unknown, not the recipient's or not theirs to hear of.
 * A decision says what failed where its recipient is involved and may know; here its source reads it, who may be a stranger to
 * the person. What held and what did not stays in the conditions of the entry, for officers.
 */
async function refuse(
  ports: AskPorts,
  call: Call,
  given: Offer,
  consultation: Consultation,
): Promise<OfferOutcome | typeof stale> {
  const meant = opened(ports, call, given, consultation);
  const nobody = decideAboutNobody(ports.policies, ports.registry.current(), meant);
  // Of a permit that this user may not offer nothing failed that could be shown.
  const { conditions } = consultation.decision.outcome === 'refusal' ? consultation.decision : nobody;
  const decision = { ...nobody, conditions };
  const record = { ...meant, decision: decisionKept(ports.policies, { ...consultation, decision }) };
  const about = { ...record, transaction: call.transaction };
  const entry = decisionEntry(ports.entropy, about, decision, record.subject, null);
  const request: OpenedRequest = { ...record, state: 'refused', entry: entry.id, openedBy: entry.id };
  const committed = await ports.journal.commit({
    rests: { ...consultation.rests, subject: null },
    moves: false,
    entries: [entry],
    changes: [claimOf(call, request), { type: 'request-opened', request }],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'refused', request, receipt: firstReceipt(committed.receipts, 'source') };
}

async function keep(
  ports: AskPorts,
  call: Call,
  { given, consultation, permit }: Permitted,
): Promise<OfferOutcome | typeof stale> {
  const record = opened(ports, call, given, consultation);
  if (!mayOffer(record.asker, given.by.role, permit.obligations) || isSealedBySource(permit)) {
    // Somebody else is asked for about this person than about others: it does not tell who they are.
    return refuse(ports, call, given, consultation);
  }
  const key = keyForWaiting(consultation.recipient, permit, consultation.now);
  if (key === null) throw new Fault('seal-impossible', 'the key of the recipient is in force no more');
  const content = minimised(ports, consultation, permit, given);
  const jwe = await ports.sealer.seal(content.data as JsonValue, key);
  const fields = Object.keys(content.data) as FieldId[];
  const { subject } = consultation.rests;
  if (subject === null) throw new RangeError('a permit always rests on a person');
  const about = { ...record, transaction: call.transaction };
  const permitted = decisionEntry(ports.entropy, about, permit, subject.id, null);
  const digest = partsDigest([jwe]);
  const entry: EntryDraft = {
    ...frame(ports.entropy, record, record.movedAt, permit.policySet),
    kind: 'source-offered',
    body: { request: record.id, fields },
    subject: subject.id,
    personal: {
      subject: subject.id,
      offerer: userOnRecord(given.by),
      ground: given.justification,
      file: given.caseReference,
    },
    fleeting: { answer: digest },
  };
  const approvals = approvalsBy(record.asker, given.by.role, permit.obligations);
  // Where more people must agree its recipient hears nothing of it before they did.
  const state = isApproved(permit.obligations, approvals) ? 'answered' : 'awaiting-approval';
  const dueAt = dueAfter(ports, record, state, record.movedAt);
  // Opened by the entry that says why: that is what whoever approves reads.
  // Of the fields that were not permitted its recipient learns nothing, whatever becomes of the rest: its source reads them in
  // the decision.
  const request: OpenedRequest = { ...record, fields, state, approvals, dueAt, entry: entry.id, openedBy: entry.id };
  const kept: KeptAnswer = {
    ...{ id: ports.entropy.id(), request: request.id, category: null, fields },
    ...{ jwe, digest, receivedAt: record.movedAt, entry: entry.id, permit: null },
  };
  const committed = await ports.journal.commit({
    rests: consultation.rests,
    moves: false,
    entries: [permitted, entry],
    changes: [
      claimOf(call, request),
      { type: 'request-opened', request },
      { type: 'answer-kept', answer: kept },
      state === 'answered'
        ? requestEvent(ports, request, request.recipient, 'offered')
        : requestEvent(ports, request, request.source, 'awaiting-approval'),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'offered', request, receipt: firstReceipt(committed.receipts.slice(1), 'source') };
}

/** By the words of the set that permits. Every value was checked before anything was decided. */
function minimised(ports: AskPorts, { source }: Consultation, permit: Permit, { data }: Offer): Minimised {
  const set = ports.policies.boundTo(source);
  if (set?.digest !== permit.policySet) throw new Fault('basis-changed', 'the policies of the permit bind no more');
  const content = minimise(set.catalogue, permit, data);
  if (!content.ok) throw new Fault('basis-changed', 'the words for what is offered changed');
  return content.value;
}

type Record = Omit<OpenedRequest, 'state' | 'entry' | 'openedBy'>;

function opened(ports: AskPorts, call: Call, given: Offer, consultation: Consultation): Record {
  const id = ports.entropy.id() as RequestId;
  return {
    id,
    trace: call.trace,
    direction: 'push',
    recipient: given.recipient,
    source: call.partner.unit.id,
    purpose: given.purpose as PurposeId,
    subject: consultation.rests.subject?.id ?? null,
    fields: Object.keys(given.data) as FieldId[],
    decision: decisionKept(ports.policies, consultation),
    receivedAt: consultation.now,
    movedAt: consultation.now,
    userRole: given.addressee,
    asker: personMark(ports.marks, id, given.by.id),
    approvals: [],
    destructionConfirmedAt: null,
    destroyedHow: null,
    held: null,
    dueAt: null,
    stoppedFor: null,
  };
}

function claimOf(call: Call, { id, source, movedAt }: Pick<OpenedRequest, 'id' | 'source' | 'movedAt'>): Change {
  const resource = { type: 'offer', id } as const;
  const unit: UnitId = source;
  return { type: 'idempotency-claimed', claim: { unit, ...call.idempotency, resource, claimedAt: movedAt } };
}
