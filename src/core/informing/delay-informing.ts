import type { Instant, RequestId } from '../brand.ts';
import { instantAfter, instantAt, momentOf } from '../calendar.ts';
import type { Label } from '../category/catalogue.ts';
import type { AskPorts } from '../disclosure/ask.ts';
import { firstReceipt, frame, subjectMark, userOnRecord } from '../disclosure/entries.ts';
import type { Call, KeyProblem } from '../disclosure/operations.ts';
import { keyProblem } from '../disclosure/replay.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOf } from '../fact/attest-fact.ts';
import type { EntryDraft, Receipt } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import { type InformingDelay, type InformingDelays, shownFrom } from './informing-delay.ts';

export interface InformingPorts extends AskPorts {
  readonly informing: InformingDelays;
}

/** Body of `POST /v1/disclosures/{id}/informing-delays`, once it is known who decided. */
export interface InformingBody {
  readonly ground: string;
  readonly reviewAt: Instant;
  readonly tellWhy: boolean;
  readonly by: User;
}

export type InformingOutcome =
  | { readonly kind: 'delayed'; readonly delay: InformingDelay; readonly receipt: Receipt }
  | { readonly kind: 'replayed'; readonly delay: InformingDelay }
  | { readonly kind: 'invalid'; readonly member: string; readonly problem: Label }
  | { readonly kind: 'not-found' }
  /** Nothing was given by it. */
  | { readonly kind: 'wrong-state'; readonly request: RequestRecord }
  /** Its rule informs at once, or the person sees it already: that is not taken back. */
  | { readonly kind: 'may-not-delay' }
  | KeyProblem;

/**
 * The source puts off that the person sees what it gave, or puts it off again before that shows. Each time on record with
 * its ground, who decided and until when.
 * @law UAVG 41(1), (2); Wpg 27; Wjsg 21(2)
 */
export function delayInforming(
  ports: InformingPorts,
  call: Call,
  id: RequestId,
  body: InformingBody,
): Promise<InformingOutcome> {
  return settle(ports, () => record(ports, call, id, body));
}

async function record(
  ports: InformingPorts,
  call: Call,
  id: RequestId,
  body: InformingBody,
): Promise<InformingOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || request.source !== unit) return { kind: 'not-found' };
  const { claim } = await ports.snapshots.read({
    subject: { by: 'id', id: subjectMark(ports.entropy, request.subject) },
    source: unit,
    recipient: request.recipient,
    idempotency: { unit, key: call.idempotency.key },
  });
  const latest = await ports.informing.latest(id);
  if (claim !== null) {
    const problem = keyProblem(call, claim, 'informing-delay');
    return problem ?? (latest === null ? { kind: 'in-progress' } : { kind: 'replayed', delay: latest });
  }
  if (request.held === null) return { kind: 'wrong-state', request };
  const at = ports.clock.now();
  const shown = shownFrom(request, latest);
  // INVARIANT: only what a rule delays is put off, and what the person may have seen is not taken back.
  if (request.decision.informAfter === null || shown === null || shown <= at) return { kind: 'may-not-delay' };
  const invalid = objectionTo(ports, body, at);
  if (invalid !== null) return { kind: 'invalid', ...invalid };
  const entry = entryOf(ports, call, request, body, at);
  const { ground, reviewAt, tellWhy, by } = body;
  const decidedAt = momentAfter(latest, at);
  const seen = latest?.entry ?? null;
  const delay = { request: id, ground, tellWhy, deciderRole: by.role, decidedAt, reviewAt, entry: entry.id };
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet: entry.policySet },
    moves: false,
    entries: [entry],
    changes: [claimOf(call, { type: 'informing-delay', id }, at), { type: 'informing-delayed', delay, seen }],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'delayed', delay, receipt: firstReceipt(committed.receipts, 'source') };
}

/** Clocks of gateways differ and go back, and the latest decision counts: one is never dated before what it replaces. */
function momentAfter(latest: InformingDelay | null, now: Instant): Instant {
  if (latest === null || latest.decidedAt < now) return now;
  return instantAt(momentOf(latest.decidedAt) + 1);
}

function objectionTo({ policies }: InformingPorts, { ground, reviewAt }: InformingBody, at: Instant) {
  const { grounds, longest } = policies.current().informing;
  if (!grounds.has(ground)) {
    const all = [...grounds.keys()].join(', ');
    const problem = { nl: `moet een van deze woorden zijn: ${all}`, en: `must be one of ${all}` };
    return { member: 'ground', problem };
  }
  if (reviewAt > at && reviewAt <= instantAfter(at, longest)) return null;
  const days = longest.slice(1, -1);
  const problem = { nl: `moet binnen ${days} dagen na nu liggen`, en: `must be within ${days} days from now` };
  return { member: 'reviewAt', problem };
}

function entryOf(
  ports: InformingPorts,
  call: Call,
  request: RequestRecord,
  { ground, reviewAt, tellWhy, by }: InformingBody,
  at: Instant,
): EntryDraft {
  const { id, subject, purpose, source, recipient } = request;
  const about = { trace: call.trace, purpose, source, recipient };
  return {
    ...frame(ports.entropy, about, at, ports.policies.current().digest),
    kind: 'informing-delayed',
    body: { request: id, ground, reviewAt, reason: tellWhy ? 'told' : 'withheld' },
    subject,
    personal: { subject: subjectMark(ports.entropy, subject), author: userOnRecord(by) },
    fleeting: {},
  };
}
