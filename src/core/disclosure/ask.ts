import type { FieldId, PurposeId, RequestId, UnitId } from '../brand.ts';
import type { Receipt } from '../ledger/entry.ts';
import type { SubjectReference } from '../subject/reference.ts';
import type { Change, OpenedRequest } from './change.ts';
import { type Consultation, consult } from './consult.ts';
import { decisionKept } from './decision-kept.ts';
import { type DeliverPorts, deliver } from './deliver.ts';
import { decisionEntry, firstReceipt } from './entries.ts';
import type { AskOutcome, Call } from './operations.ts';
import { personMark } from './person-mark.ts';
import type { Marks, Requests } from './ports.ts';
import { replayRequest } from './replay.ts';
import { type DisclosureRequest, type RequestBody, type RequestRecord, toDisclosureRequest } from './request.ts';
import { settle, stale } from './settle.ts';
import type { OpeningState } from './state.ts';

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
  if (record.state === 'awaiting-approval') return { kind: 'waiting', request: record, receipt: settled.receipt };
  return deliver(ports, {
    request: record,
    transaction: call.transaction,
    permit: decision,
    consultation,
    fields: record.fields,
    afterFault: 'failed',
  });
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
    idempotency: { unit: request.recipient, key: call.idempotency.key },
  });
  const { reading, decision, rests } = consultation;
  if (reading.claim !== null) return replayRequest(ports, call, reading.claim, 'request');
  const { transaction } = call;
  const about = { ...request, transaction };
  const entry = decisionEntry(ports.entropy, about, decision, rests.subject?.id ?? null, request);
  const record: OpenedRequest = {
    id: request.id,
    trace: request.trace,
    direction: 'pull',
    recipient: request.recipient,
    source: request.source,
    purpose: request.purpose,
    subject: rests.subject?.id ?? null,
    fields: request.fields,
    state: stateAfter(consultation),
    decision: decisionKept(ports.policies, consultation),
    receivedAt: request.receivedAt,
    movedAt: consultation.now,
    entry: entry.id,
    userRole: request.user.role,
    asker: personMark(ports.marks, request.id, request.user.id),
    approvals: [],
    destructionConfirmedAt: null,
  };
  const committed = await ports.journal.commit({
    // INVARIANT: a refusal waits for nobody who changes the person's record: it would be slower, or a
    // fault, only where there is a person. It was right when it was read, and gives nothing.
    rests: decision.outcome === 'refusal' ? { ...rests, subject: null } : rests,
    moves: false,
    entries: [entry],
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
      ...(record.state === 'awaiting-approval' ? [approvalWanted(ports, record)] : []),
    ],
  });
  // A conflict is a twin that claimed the key first: the next reading finds its claim.
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'granted', record, consultation, receipt: firstReceipt(committed.receipts, 'recipient') };
}

/** Tells the source that a request waits for its people. */
export function approvalWanted(
  ports: Pick<AskPorts, 'entropy'>,
  { source, id, movedAt, subject: about }: Pick<RequestRecord, 'source' | 'id' | 'movedAt' | 'subject'>,
): Change {
  const type = 'nl.sluis.request.awaiting-approval';
  const event = { id: ports.entropy.id(), unit: source, type, time: movedAt, dataref: `/v1/requests/${id}`, about };
  return { type: 'event-emitted', event };
}

function stateAfter({ decision }: Consultation): OpeningState {
  if (decision.outcome === 'refusal') return 'refused';
  return decision.obligations.approval === 'none' ? 'fetching' : 'awaiting-approval';
}
