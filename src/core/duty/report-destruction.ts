import type { RequestId } from '../brand.ts';
import { isNeverOffered } from '../disclosure/accept-offer.ts';
import type { AskPorts } from '../disclosure/ask.ts';
import type { ClaimedResource } from '../disclosure/change.ts';
import { firstReceipt, frame, subjectMark, userOnRecord } from '../disclosure/entries.ts';
import type { Call, DestructionOutcome, DestructionReport } from '../disclosure/operations.ts';
import type { Rests } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { EntryDraft } from '../ledger/entry.ts';

/**
 * The recipient says that it destroyed what a request gave it: on record once, however often it is said.
 * It may say so of whatever it got, also where no rule asks for it, and before its time or after.
 */
export function confirmDestruction(ports: AskPorts, call: Call, id: RequestId): Promise<DestructionOutcome> {
  return settle(ports, () => recordDestruction(ports, call, id, null));
}

/** The same, with how and by whom. What was on record before stays as it was said then. */
export function reportDestruction(
  ports: AskPorts,
  call: Call,
  id: RequestId,
  report: DestructionReport,
): Promise<DestructionOutcome> {
  return settle(ports, () => recordDestruction(ports, call, id, report));
}

async function recordDestruction(
  ports: AskPorts,
  call: Call,
  id: RequestId,
  report: DestructionReport | null,
): Promise<DestructionOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const resource: ClaimedResource = report === null ? 'destruction-confirmation' : 'destruction';
  const request = await ports.requests.find(id);
  if (request === null || request.recipient !== unit || isNeverOffered(request, unit)) return { kind: 'not-found' };
  const { claim } = await ports.snapshots.read({
    subject: { by: 'id', id: subjectMark(ports.entropy, request.subject) },
    source: request.source,
    recipient: unit,
    idempotency: { unit, key: call.idempotency.key },
  });
  if (claim !== null) return keyProblem(call, claim, resource) ?? { kind: 'replayed', request };
  if (request.held === null) return { kind: 'wrong-state', request };
  if (request.destructionConfirmedAt !== null) return { kind: 'replayed', request };
  const at = ports.clock.now();
  const policySet = ports.policies.current().digest;
  // Whatever is on record about the person by now, what is destroyed is destroyed.
  const rests: Rests = { subject: null, registryVersion: ports.registry.current().version, policySet };
  const common = frame(ports.entropy, { ...request, trace: call.trace }, at, policySet);
  const how = report?.how ?? null;
  const dataref = `/v1/requests/${id}`;
  const type = 'nl.sluis.destruction.reported';
  const told = { id: ports.entropy.id(), unit: request.source };
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [{ ...common, ...said(request, report), subject: request.subject, fleeting: {} }],
    changes: [
      {
        type: 'idempotency-claimed',
        claim: { unit, ...call.idempotency, resource: { type: resource, id }, claimedAt: at },
      },
      { type: 'destruction-confirmed', id, at, how },
      { type: 'event-emitted', event: { ...told, type, time: at, dataref, about: request.subject } },
    ],
  });
  // A conflict is a twin that was first: the next reading finds what it wrote.
  if (committed.outcome !== 'durable') return stale;
  const held = { ...request.held, lookAt: null };
  const confirmed: RequestRecord = { ...request, destructionConfirmedAt: at, destroyedHow: how, held };
  return { kind: 'confirmed', request: confirmed, receipt: firstReceipt(committed.receipts, 'recipient') };
}

function said(
  { id, subject }: RequestRecord,
  report: DestructionReport | null,
): Pick<EntryDraft, 'kind' | 'body' | 'personal'> {
  const about = subject === null ? {} : { subject };
  if (report === null) return { kind: 'destruction-confirmed', body: { request: id }, personal: about };
  const { how, by } = report;
  const personal = { ...about, reporter: userOnRecord(by) };
  return { kind: 'destruction-reported', body: { request: id, how }, personal };
}
