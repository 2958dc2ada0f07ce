import type { RequestId } from '../brand.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { AskPorts } from './ask.ts';
import { firstReceipt, frame, subjectMark } from './entries.ts';
import type { Call, DestructionOutcome } from './operations.ts';
import type { Rests } from './ports.ts';
import { keyProblem } from './replay.ts';
import { settle, stale } from './settle.ts';

/**
 * The recipient says that it destroyed what a request gave it: on record once, however often it is said.
 * It may say so of whatever it got, also where no rule asks for it.
 */
export function confirmDestruction(ports: AskPorts, call: Call, id: RequestId): Promise<DestructionOutcome> {
  return settle(ports, () => recordDestruction(ports, call, id));
}

async function recordDestruction(
  ports: AskPorts,
  call: Call,
  id: RequestId,
): Promise<DestructionOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || request.recipient !== unit) return { kind: 'not-found' };
  const { claim } = await ports.snapshots.read({
    subject: { by: 'id', id: subjectMark(ports.entropy, request.subject) },
    source: request.source,
    recipient: unit,
    idempotency: { unit, key: call.idempotency.key },
  });
  if (claim !== null) {
    return keyProblem(call, claim, 'destruction-confirmation') ?? { kind: 'replayed', request };
  }
  if (request.state !== 'delivered' && request.state !== 'collected') return { kind: 'wrong-state', request };
  if (request.destructionConfirmedAt !== null) return { kind: 'replayed', request };
  const at = ports.clock.now();
  const policySet = ports.policies.current().digest;
  // Whatever is on record about the person by now, what is destroyed is destroyed.
  const rests: Rests = { subject: null, registryVersion: ports.registry.current().version, policySet };
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: call.trace }, at, policySet),
    kind: 'destruction-confirmed',
    body: { request: id },
    subject: request.subject,
    personal: request.subject === null ? {} : { subject: request.subject },
    fleeting: {},
  };
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [entry],
    changes: [
      {
        type: 'idempotency-claimed',
        claim: { unit, ...call.idempotency, resource: { type: 'destruction-confirmation', id }, claimedAt: at },
      },
      { type: 'destruction-confirmed', id, at },
    ],
  });
  // A conflict is a twin that was first: the next reading finds what it wrote.
  if (committed.outcome !== 'durable') return stale;
  const confirmed = { ...request, destructionConfirmedAt: at };
  return { kind: 'confirmed', request: confirmed, receipt: firstReceipt(committed.receipts, 'recipient') };
}
