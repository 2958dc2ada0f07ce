import type { FieldId, PurposeId, RequestId, UnitId } from '../brand.ts';
import type { Receipt } from '../ledger/entry.ts';
import { answersThroughPeople } from '../partner/connector.ts';
import type { SubjectReference } from '../subject/reference.ts';
import type { OpenedRequest } from './change.ts';
import { type Consultation, consult } from './consult.ts';
import { decisionKept } from './decision-kept.ts';
import { type DeliverPorts, deliver } from './deliver.ts';
import { askedEntry, decisionEntry, firstReceipt } from './entries.ts';
import type { AskOutcome, Call } from './operations.ts';
import { personMark } from './person-mark.ts';
import type { Marks, Requests } from './ports.ts';
import { replayRequest } from './replay.ts';
import { type DisclosureRequest, type RequestBody, type RequestRecord, toDisclosureRequest } from './request.ts';
import { requestEvent } from './request-events.ts';
import { keyForWaiting } from './seal-answer.ts';
import { settle, stale } from './settle.ts';
import { isWaiting, type OpeningState } from './state.ts';
import { dueAfter } from './waiting.ts';

export interface AskPorts extends DeliverPorts {
  readonly requests: Requests;
  readonly marks: Marks;
}

/** A partner asks a source for fields about a subject: the whole path of one disclosure, steps 3 to 11. */
export async function ask(ports: AskPorts, call: Call, body: RequestBody): Promise<AskOutcome> {
  const member = unknownWord(ports, body);
  if (member !== null) return { kind: 'unknown-word', member };
  if (!mayIdentifyBy(ports, call, body.subject)) return { kind: 'number-not-allowed' };
  const request = toDisclosureRequest(body, {
    id: ports.entropy.id() as RequestId,
    trace: call.trace,
    recipient: call.partner.unit.id,
    receivedAt: ports.clock.now(),
  });
  const settled = await settle(ports, () => decideOnRecord(ports, call, request));
  if (settled.kind !== 'granted') return settled;
  const { record, consultation } = settled;
  const { decision } = consultation;
  if (decision.outcome === 'refusal') return { kind: 'refused', request: record, receipt: settled.receipt };
  if (isWaiting(record.state)) return waiting(ports, record, settled.receipt);
  return deliver(ports, {
    request: record,
    transaction: call.transaction,
    permit: decision,
    consultation,
    fields: record.fields,
    taker: null,
  });
}

/** People are asked once: whoever asks them again is told, on this path where there is time to look. */
async function waiting(ports: AskPorts, request: RequestRecord, receipt: Receipt): Promise<AskOutcome> {
  const { subject } = request;
  const twin = subject === null ? null : await ports.requests.twinOf({ ...request, subject });
  return { kind: 'waiting', request, receipt, ...(twin === null ? {} : { likelyDuplicateOf: twin }) };
}

/** The first word of the body that the registry, or the catalogue under which the source discloses, does not know. */
export function unknownWord(
  ports: Pick<AskPorts, 'registry' | 'policies'>,
  body: { readonly purpose: string; readonly source: string; readonly fields: readonly string[] },
): string | null {
  const source = ports.registry.current().units.get(body.source as UnitId);
  if (source === undefined) return 'source';
  const { catalogue } = ports.policies.boundTo(source) ?? ports.policies.current();
  if (!catalogue.purposes.has(body.purpose as PurposeId)) return 'purpose';
  const index = body.fields.findIndex((field) => !catalogue.fields.has(field as FieldId));
  return index === -1 ? null : `fields.${index}`;
}

/** A number only where the kind's own statute permits it. @law UAVG 46; Wjsg for the chain number */
export function mayIdentifyBy(
  ports: Pick<AskPorts, 'policies'>,
  call: Pick<Call, 'partner'>,
  reference: SubjectReference,
): boolean {
  if (reference.type !== 'bsn' && reference.type !== 'skn') return true;
  const kind = ports.policies.current().catalogue.partnerKinds.get(call.partner.unit.kind);
  return reference.type === 'bsn' ? kind?.mayProcessBsn === true : kind?.mayProcessSkn === true;
}

interface Decided {
  readonly kind: 'granted';
  readonly record: RequestRecord;
  readonly consultation: Consultation;
  readonly receipt: Receipt;
}

/** Steps 4 to 6: permit and refusal alike are durable before anything else happens. */
async function decideOnRecord(
  ports: AskPorts,
  call: Call,
  request: DisclosureRequest,
): Promise<Decided | AskOutcome | typeof stale> {
  const consultation = await consult(ports, {
    purpose: request.purpose,
    source: request.source,
    recipient: call.partner.unit.id,
    fields: request.fields,
    trigger: 'pull',
    userRole: request.user.role,
    subject: { by: 'reference', reference: request.subject, unit: request.recipient },
    agreedBy: null,
    idempotency: { unit: request.recipient, key: call.idempotency.key },
  });
  const { reading, decision, rests } = consultation;
  if (reading.claim !== null) return replayRequest(ports, call, reading.claim, 'request');
  const { transaction } = call;
  const about = { ...request, transaction };
  const entry = decisionEntry(ports.entropy, about, decision, rests.subject?.id ?? null, request);
  const state = stateAfter(consultation);
  const record: OpenedRequest = {
    id: request.id,
    trace: request.trace,
    direction: 'pull',
    recipient: request.recipient,
    source: request.source,
    purpose: request.purpose,
    subject: rests.subject?.id ?? null,
    fields: request.fields,
    state,
    decision: decisionKept(ports.policies, consultation),
    receivedAt: request.receivedAt,
    movedAt: consultation.now,
    entry: entry.id,
    userRole: request.user.role,
    asker: personMark(ports.marks, request.id, request.user.id),
    approvals: [],
    destructionConfirmedAt: null,
    destroyedHow: null,
    held: null,
    dueAt: isWaiting(state) ? dueAfter(ports, request, state, consultation.now) : null,
    stoppedFor: null,
    openedBy: entry.id,
  };
  const committed = await ports.journal.commit({
    // INVARIANT: a refusal waits for nobody who changes the person's record: it would be slower, or a
    // fault, only where there is a person. It was right when it was read, and gives nothing.
    rests: decision.outcome === 'refusal' ? { ...rests, subject: null } : rests,
    moves: false,
    entries: state === 'awaiting-source' ? [entry, askedEntry(ports.entropy, record)] : [entry],
    changes: [
      {
        type: 'idempotency-claimed',
        claim: {
          unit: request.recipient,
          key: call.idempotency.key,
          digest: call.idempotency.digest,
          resource: { type: 'request', id: request.id },
          claimedAt: consultation.now,
        },
      },
      { type: 'request-opened', request: record },
      ...(state === 'awaiting-approval' ? [requestEvent(ports, record, record.source, 'awaiting-approval')] : []),
      ...(state === 'awaiting-source' ? [requestEvent(ports, record, record.source, 'awaiting-answer')] : []),
    ],
  });
  // A conflict is a twin that claimed the key first: the next reading finds its claim.
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'granted', record, consultation, receipt: firstReceipt(committed.receipts, 'recipient') };
}

function stateAfter({ decision, source, recipient, now }: Consultation): OpeningState {
  if (decision.outcome === 'refusal') return 'refused';
  const waits = answersThroughPeople(source);
  // What could not be kept sealed fails before anybody is asked, as any answer that cannot be sealed.
  if (waits && keyForWaiting(recipient, decision, now) === null) return 'fetching';
  if (decision.obligations.approval !== 'none') return 'awaiting-approval';
  return waits ? 'awaiting-source' : 'fetching';
}
