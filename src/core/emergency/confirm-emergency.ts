import type { Instant, RequestId } from '../brand.ts';
import type { AskPorts } from '../disclosure/ask.ts';
import { type Consultation, consult } from '../disclosure/consult.ts';
import { firstReceipt, frame, subjectMark, userOnRecord } from '../disclosure/entries.ts';
import type { Call, KeyProblem } from '../disclosure/operations.ts';
import { isPersonMark, personMark } from '../disclosure/person-mark.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { EntryDraft, Receipt } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import { type Emergencies, type EmergencyRequest, emergencyState } from './emergency.ts';
import { emergencyEvent } from './emergency-events.ts';

export interface EmergencyPorts extends AskPorts {
  readonly emergencies: Emergencies;
}

export type ConfirmOutcome =
  | { readonly kind: 'confirmed'; readonly found: EmergencyRequest; readonly receipt: Receipt }
  | { readonly kind: 'replayed'; readonly found: EmergencyRequest }
  | { readonly kind: 'not-found' }
  /** It is over, was revoked, gave nothing, or somebody stood behind it before. */
  | { readonly kind: 'wrong-state'; readonly found: EmergencyRequest; readonly at: Instant }
  /** The one who asked, or somebody in a role that may not ask for this. */
  | { readonly kind: 'may-not-confirm' }
  | KeyProblem;

/** A second person of the recipient stands behind what was asked: another one, who might have asked it too. */
export function confirmEmergency(ports: EmergencyPorts, call: Call, id: RequestId, by: User): Promise<ConfirmOutcome> {
  return settle(ports, () => recordSecond(ports, call, id, by));
}

async function recordSecond(
  ports: EmergencyPorts,
  call: Call,
  id: RequestId,
  by: User,
): Promise<ConfirmOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const found = await ports.emergencies.find(id);
  if (found === null || found.request.recipient !== unit) return { kind: 'not-found' };
  const { request } = found;
  const consultation = await consult(ports, {
    purpose: request.purpose,
    source: request.source,
    recipient: unit,
    fields: request.decision.permitted,
    trigger: request.direction,
    // As if the second person asked.
    userRole: by.role,
    subject: { by: 'id', id: subjectMark(ports.entropy, request.subject) },
    agreedBy: null,
    idempotency: { unit, key: call.idempotency.key },
  });
  const { claim } = consultation.reading;
  if (claim !== null) return keyProblem(call, claim, 'second-person') ?? { kind: 'replayed', found };
  const at = ports.clock.now();
  if (emergencyState(found, at) !== 'awaiting-second-person') return { kind: 'wrong-state', found, at };
  if (!mayConfirm(ports, found, consultation, by)) return { kind: 'may-not-confirm' };
  return putOnRecord(ports, call, found, { consultation, by, at });
}

/** Whoever asked is known by a mark that can be compared, or nobody can confirm. */
function mayConfirm(
  ports: Pick<EmergencyPorts, 'marks'>,
  { request }: EmergencyRequest,
  { decision }: Consultation,
  by: User,
): boolean {
  const { asker, id } = request;
  if (asker === null || !isPersonMark(asker) || asker === personMark(ports.marks, id, by.id)) return false;
  return decision.outcome === 'permit' && decision.permitted.length === request.decision.permitted.length;
}

async function putOnRecord(
  ports: EmergencyPorts,
  call: Call,
  { emergency, request }: EmergencyRequest,
  { consultation, by, at }: { readonly consultation: Consultation; readonly by: User; readonly at: Instant },
): Promise<ConfirmOutcome | typeof stale> {
  const { id, recipient, source } = request;
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: call.trace }, at, ports.policies.current().digest),
    kind: 'break-glass-confirmed',
    body: { request: id },
    subject: request.subject,
    personal: { subject: subjectMark(ports.entropy, request.subject), user: userOnRecord(by) },
    fleeting: {},
  };
  const resource = { type: 'second-person', id } as const;
  const committed = await ports.journal.commit({
    rests: consultation.rests,
    moves: false,
    entries: [entry],
    changes: [
      { type: 'idempotency-claimed', claim: { unit: recipient, ...call.idempotency, resource, claimedAt: at } },
      { type: 'emergency-seconded', id, at, role: by.role },
      emergencyEvent(ports, request, { unit: source, what: 'confirmed', at }),
    ],
  });
  // A conflict is a twin, or whoever revoked it, that was first: the next reading finds what it wrote.
  if (committed.outcome !== 'durable') return stale;
  const found = { emergency: { ...emergency, second: { at, role: by.role } }, request };
  return { kind: 'confirmed', found, receipt: firstReceipt(committed.receipts, 'recipient') };
}
