import type { RequestId } from '../brand.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { isNeverOffered } from './accept-offer.ts';
import type { AskPorts } from './ask.ts';
import type { IdempotencyClaim } from './change.ts';
import { firstReceipt, frame, subjectMark } from './entries.ts';
import type { InboxOutcome, InvalidAnswer } from './inbox-operations.ts';
import type { Call } from './operations.ts';
import type { Rests } from './ports.ts';
import { keyProblem } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { type RequestEvent, requestEvent } from './request-events.ts';
import { settle, stale } from './settle.ts';
import type { Move } from './state.ts';

/** What a recipient says of a request: its entry, how the request moves by it, and what the source is told. */
interface Statement {
  readonly entry: Pick<EntryDraft, 'kind' | 'body' | 'personal'>;
  /** null: it stays as it is. `seen`: nothing may have come between. */
  readonly move: (Move & { readonly seen?: RequestRecord['entry'] }) | null;
  readonly told: RequestEvent;
}

interface RecipientAct<Refused> {
  readonly resource: IdempotencyClaim['resource']['type'];
  /** Left out: every request of which this unit is the recipient. */
  readonly isFor?: (request: RequestRecord) => boolean;
  readonly state: (request: RequestRecord) => Statement | 'done' | 'wrong-state' | Refused;
}

/**
 * Puts on record what a recipient says, whatever is on record about the person by now: it gives nothing, and what was given
 * was. The source is told. A request of others, and one that was never offered, is not there.
 */
export function recordAsRecipient<Refused extends InvalidAnswer>(
  ports: AskPorts,
  call: Call,
  id: RequestId,
  act: RecipientAct<Refused>,
): Promise<InboxOutcome | Refused> {
  return settle(ports, () => record(ports, call, id, act));
}

async function record<Refused extends InvalidAnswer>(
  ports: AskPorts,
  call: Call,
  id: RequestId,
  { resource, isFor = () => true, state }: RecipientAct<Refused>,
): Promise<InboxOutcome | Refused | typeof stale> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || request.recipient !== unit || !isFor(request)) return { kind: 'not-found' };
  if (isNeverOffered(request, unit)) return { kind: 'not-found' };
  const subject = subjectMark(ports.entropy, request.subject);
  const { claim } = await ports.snapshots.read({
    subject: { by: 'id', id: subject },
    source: request.source,
    recipient: unit,
    idempotency: { unit, key: call.idempotency.key },
  });
  if (claim !== null) return keyProblem(call, claim, resource) ?? { kind: 'replayed', request };
  const statement = state(request);
  if (statement === 'done') return { kind: 'replayed', request };
  if (statement === 'wrong-state') return { kind: 'wrong-state', request };
  if (isRefused(statement)) return statement;
  const { move, told } = statement;
  const at = ports.clock.now();
  const policySet = ports.policies.current().digest;
  const rests: Rests = { subject: null, registryVersion: ports.registry.current().version, policySet };
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: call.trace }, at, policySet),
    ...statement.entry,
    subject: request.subject,
    personal: { subject, ...statement.entry.personal },
    fleeting: {},
  };
  const moved: RequestRecord = move === null ? request : { ...request, state: move.to, movedAt: at, entry: entry.id };
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [entry],
    changes: [
      {
        type: 'idempotency-claimed',
        claim: { unit, ...call.idempotency, resource: { type: resource, id }, claimedAt: at },
      },
      ...(move === null ? [] : [{ type: 'request-moved', id, at, entry: entry.id, decision: null, ...move } as const]),
      requestEvent(ports, { ...moved, movedAt: at }, request.source, told),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'recorded', request: moved, receipt: firstReceipt(committed.receipts, 'recipient') };
}

function isRefused<Refused extends InvalidAnswer>(said: Statement | Refused): said is Refused {
  return 'kind' in said;
}
