import type { RequestId } from '../brand.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { consultAtSource, type InboxPorts } from './at-source.ts';
import { firstReceipt, frame, subjectMark, userOnRecord } from './entries.ts';
import type { InboxOutcome, SourceRefusal } from './inbox-operations.ts';
import type { Call } from './operations.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { settle, stale } from './settle.ts';

/** Somebody at the source says that it does not answer. Why stands in the source's own record; its recipient never reads it. */
export function declineRequest(
  ports: InboxPorts,
  call: Call,
  id: RequestId,
  refusal: SourceRefusal,
): Promise<InboxOutcome> {
  return settle(ports, () => recordRefusal(ports, call, id, refusal));
}

async function recordRefusal(
  ports: InboxPorts,
  call: Call,
  id: RequestId,
  { by, ground }: SourceRefusal,
): Promise<InboxOutcome | typeof stale> {
  const standing = await consultAtSource(ports, call, id, 'refusal');
  if (standing === stale || standing.kind !== 'stands') return standing;
  const { request, consultation, permit, claimed } = standing;
  const { state } = request;
  // What was given in part is not taken back by its source: it says instead that this was all.
  if (state !== 'awaiting-source') return { kind: 'wrong-state', request };
  const at = ports.clock.now();
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: call.trace }, at, permit.policySet),
    kind: 'source-declined',
    body: { request: id },
    subject: request.subject,
    personal: { subject: subjectMark(ports.entropy, request.subject), decliner: userOnRecord(by), ground },
    fleeting: {},
  };
  const declined: RequestRecord = { ...request, state: 'declined', movedAt: at, entry: entry.id };
  const moved = { type: 'request-moved', id, from: state, to: 'declined', at, entry: entry.id } as const;
  const committed = await ports.journal.commit({
    rests: consultation.rests,
    moves: false,
    entries: [entry],
    changes: [
      claimed,
      { ...moved, decision: null, seen: request.entry },
      requestEvent(ports, declined, request.recipient, 'declined'),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'recorded', request: declined, receipt: firstReceipt(committed.receipts, 'source') };
}
