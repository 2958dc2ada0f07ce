import type { RequestId } from '../brand.ts';
import type { Receipt } from '../ledger/entry.ts';
import { decideAboutNobody } from './about-nobody.ts';
import type { AskPorts } from './ask.ts';
import { type Consultation, consult } from './consult.ts';
import { deliver } from './deliver.ts';
import { decisionEntry, firstReceipt } from './entries.ts';
import type { Call, CollectOutcome } from './operations.ts';
import { replayRequest } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { settle, stale } from './settle.ts';
import { summarise } from './summary.ts';

/**
 * The recipient fetches what a human of the source approved. It is decided again, now: an approval
 * given yesterday does not outlive a consent withdrawn today.
 */
export async function collect(ports: AskPorts, call: Call, id: RequestId): Promise<CollectOutcome> {
  const settled = await settle(ports, () => reopen(ports, call, id));
  if (settled.kind !== 'reopened') return settled;
  const { record, consultation } = settled;
  const { decision } = consultation;
  if (decision.outcome === 'refusal') return { kind: 'refused', request: record, receipt: settled.receipt };
  return deliver(ports, {
    request: record,
    permit: decision,
    consultation,
    approved: true,
    afterFault: 'permitted',
  });
}

interface Reopened {
  readonly kind: 'reopened';
  readonly record: RequestRecord;
  readonly consultation: Consultation;
  readonly receipt: Receipt;
}

async function reopen(ports: AskPorts, call: Call, id: RequestId): Promise<Reopened | CollectOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || request.recipient !== unit) return { kind: 'not-found' };
  if (request.subject === null) return { kind: 'wrong-state', request };
  const consultation = await consult(ports, {
    purpose: request.purpose,
    source: request.source,
    recipient: call.partner.unit.id,
    fields: request.fields,
    subject: { by: 'id', id: request.subject },
    idempotency: { unit, key: call.idempotency.key },
  });
  const { claim } = consultation.reading;
  if (claim !== null) return replayRequest(ports, call, claim, 'collection');
  const stopped = request.state === 'withdrawn';
  if (request.state !== 'permitted' && !stopped) return { kind: 'wrong-state', request };
  const { rests, now } = consultation;
  // A request that was stopped is refused as about nobody, with an entry of its own: neither the answer
  // nor its receipt may tell that somebody withdrew something.
  const decision = stopped
    ? decideAboutNobody(ports.policies.current(), ports.registry.current(), { ...request, movedAt: now })
    : consultation.decision;
  const entry = decisionEntry(ports.entropy, request, decision, request.subject, null);
  const summary = summarise(decision);
  const to = decision.outcome === 'permit' ? 'fetching' : 'refused';
  const resource = { type: 'collection', id } as const;
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [entry],
    changes: [
      { type: 'idempotency-claimed', claim: { unit, ...call.idempotency, resource, claimedAt: now } },
      ...(stopped
        ? []
        : [{ type: 'request-moved', id, from: 'permitted', to, at: now, entry: entry.id, decision: summary } as const]),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  const record: RequestRecord = { ...request, state: to, decision: summary, movedAt: now, entry: entry.id };
  return {
    kind: 'reopened',
    record,
    consultation: { ...consultation, decision },
    receipt: firstReceipt(committed.receipts),
  };
}
