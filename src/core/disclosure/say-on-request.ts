import type { EntryId, Instant, RequestId } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { isNeverOffered } from './accept-offer.ts';
import { type AtSource, consultAtSource, type InboxPorts, isInInbox } from './at-source.ts';
import type { Change } from './change.ts';
import { firstReceipt, frame, type Party, subjectMark, userOnRecord } from './entries.ts';
import type { Delegation, DelegationOutcome, InboxOutcome, RequestWords } from './inbox-operations.ts';
import type { Call } from './operations.ts';
import type { Rests } from './ports.ts';
import { keyProblem } from './replay.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import type { RequestMessage, Said } from './said-on-request.ts';
import { settle, stale } from './settle.ts';
import { isOverdue } from './waiting.ts';

/** Somebody at the source asks something back. The deadline does not wait for it. */
export function questionRequest(
  ports: InboxPorts,
  call: Call,
  id: RequestId,
  { by, text }: RequestWords,
): Promise<InboxOutcome> {
  return settle(ports, async () => {
    const standing = await consultAtSource(ports, call, id, 'question');
    if (standing === stale || standing.kind !== 'stands') return standing;
    const personal = { text, questioner: userOnRecord(by) };
    return put(ports, call, { ...of(standing), said: { kind: 'question', text }, personal, party: 'source' });
  });
}

/** Somebody at the source says which of its people is to answer: nobody else is told. */
export function delegateRequest(
  ports: InboxPorts,
  call: Call,
  id: RequestId,
  { by, to, note }: Delegation,
): Promise<DelegationOutcome> {
  return settle(ports, async () => {
    const standing = await consultAtSource(ports, call, id, 'delegation');
    if (standing === stale || standing.kind !== 'stands') return standing;
    const { source } = standing.consultation;
    const roles = ports.policies.boundTo(source)?.catalogue.partnerKinds.get(source.kind)?.roles;
    if ('role' in to && roles?.has(to.role) !== true) {
      const problem = { nl: 'is geen rol van uw soort partner', en: 'is no role of your kind of partner' };
      return { kind: 'invalid', member: 'to/role', code: 'unknown-role', problem };
    }
    const personal = { delegator: userOnRecord(by), delegate: canonical(to), ...(note === null ? {} : { note }) };
    return put(ports, call, { ...of(standing), said: { kind: 'delegation', to, note }, personal, party: 'source' });
  });
}

/** Somebody at the recipient replies to what was asked last. What it says decides nothing. */
export function replyToQuestion(
  ports: InboxPorts,
  call: Call,
  id: RequestId,
  { by, text }: RequestWords,
): Promise<InboxOutcome> {
  return settle(ports, async () => {
    const unit = call.partner.unit.id;
    const request = await ports.requests.find(id);
    if (request === null || request.recipient !== unit || isNeverOffered(request, unit)) return { kind: 'not-found' };
    const { claim } = await ports.snapshots.read({
      subject: { by: 'id', id: subjectMark(ports.entropy, request.subject) },
      source: request.source,
      recipient: unit,
      idempotency: { unit, key: call.idempotency.key },
    });
    if (claim !== null) return keyProblem(call, claim, 'reply') ?? { kind: 'replayed', request };
    const at = ports.clock.now();
    if (!isInInbox(request) || isOverdue(request, at)) return { kind: 'wrong-state', request };
    const messages = await ports.messages.of(id);
    const last = messages.filter(({ said }) => said.kind !== 'delegation').at(-1);
    if (last?.said.kind !== 'question') return { kind: 'wrong-state', request };
    const policySet = ports.policies.current().digest;
    const rests: Rests = { subject: null, registryVersion: ports.registry.current().version, policySet };
    const resource = { type: 'reply', id } as const;
    const claimed: Change = {
      type: 'idempotency-claimed',
      claim: { unit, ...call.idempotency, resource, claimedAt: at },
    };
    const personal = { text, replier: userOnRecord(by) };
    return put(ports, call, {
      ...{ request, rests, claimed, at, personal },
      ...{ said: { kind: 'reply', text }, party: 'recipient', after: messages.map((each) => each.id) },
    });
  });
}

interface Saying {
  readonly request: RequestRecord;
  readonly rests: Rests;
  readonly claimed: Change;
  readonly at: Instant;
  readonly said: Said;
  readonly personal: Readonly<Record<string, string>>;
  readonly party: Party;
  /** What was said before: a reply is to the question that was asked last, and to no other. Left out: never mind. */
  readonly after?: readonly string[];
}

function of({ request, consultation, claimed }: AtSource): Pick<Saying, 'request' | 'rests' | 'claimed' | 'at'> {
  return { request, claimed, rests: consultation.rests, at: consultation.now };
}

/** On record as a commitment, and encrypted beside it for as long as the request waits. */
async function put(ports: InboxPorts, call: Call, saying: Saying): Promise<InboxOutcome | typeof stale> {
  const { request, rests, claimed, at, said, personal, party, after } = saying;
  const policySet = ports.policies.current().digest;
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: call.trace }, at, policySet),
    ...kindOf(said, request.id),
    subject: request.subject,
    personal: { subject: subjectMark(ports.entropy, request.subject), ...personal },
    fleeting: {},
  };
  const message: RequestMessage = { ...messageOf(ports, request.id, said), at, entry: entry.id };
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [entry],
    changes: [
      claimed,
      { type: 'message-kept', message, ...(after === undefined ? {} : { after }) },
      ...told(ports, { ...request, movedAt: at }, said),
    ],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'recorded', request, receipt: firstReceipt(committed.receipts, party) };
}

function messageOf({ entropy }: InboxPorts, request: RequestId, said: Said) {
  return { id: entropy.id(), request, said } satisfies Omit<RequestMessage, 'at' | 'entry'> & { entry?: EntryId };
}

function kindOf(said: Said, request: RequestId): Pick<EntryDraft, 'kind' | 'body'> {
  if (said.kind === 'delegation') return { kind: 'request-delegated', body: { request } };
  return { kind: 'request-questioned', body: { request, step: said.kind } };
}

function told(ports: InboxPorts, request: RequestRecord, { kind }: Said): readonly Change[] {
  if (kind === 'question') return [requestEvent(ports, request, request.recipient, 'questioned')];
  return kind === 'reply' ? [requestEvent(ports, request, request.source, 'replied')] : [];
}

/** What was said to each other while the request waits; who is to answer is the source's own. null: not for this unit. */
export async function readMessages(
  ports: Pick<InboxPorts, 'requests' | 'messages'>,
  call: Pick<Call, 'partner'>,
  id: RequestId,
): Promise<readonly RequestMessage[] | null> {
  const unit = call.partner.unit.id;
  const request = await ports.requests.find(id);
  if (request === null || (request.source !== unit && request.recipient !== unit)) return null;
  if (isNeverOffered(request, unit)) return null;
  if (!isInInbox(request)) return [];
  const messages = await ports.messages.of(id);
  return messages.filter(({ said }) => said.kind !== 'delegation' || request.source === unit);
}
