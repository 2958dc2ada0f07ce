import type { Instant } from '../brand.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { type Ended, type EndPorts, expireRequest, type WaitingRequest } from './end-waiting.ts';
import { frame, subjectMark } from './entries.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { dueAfter, type TermPorts } from './waiting.ts';

type Moment = { readonly registryVersion: number; readonly at: Instant };

/**
 * The end of a deadline. What was answered in part is all that there will be, and waits for its recipient as any
 * answer does: whoever asked may use what came. Whatever else waited is over.
 */
export function endOverdue(ports: EndPorts & TermPorts, request: WaitingRequest, moment: Moment): Promise<Ended> {
  return request.state === 'partly-answered'
    ? closePartly(ports, request, moment)
    : expireRequest(ports, request, moment);
}

async function closePartly(
  ports: EndPorts & TermPorts,
  request: WaitingRequest,
  { registryVersion, at }: Moment,
): Promise<Ended> {
  const policySet = ports.policies.current().digest;
  const entry: EntryDraft = {
    ...frame(ports.entropy, request, at, policySet),
    kind: 'answer-closed',
    body: { request: request.id },
    subject: request.subject,
    personal: { subject: subjectMark(ports.entropy, request.subject) },
    fleeting: {},
  };
  const dueAt = dueAfter(ports, request, 'answered', at);
  const closed: RequestRecord = { ...request, state: 'answered', movedAt: at, entry: entry.id, dueAt };
  const moved = { type: 'request-moved', id: request.id, from: 'partly-answered', to: 'answered', at } as const;
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion, policySet },
    moves: false,
    entries: [entry],
    changes: [
      { ...moved, entry: entry.id, decision: null, dueAt, seen: request.entry },
      requestEvent(ports, closed, closed.source, 'expired'),
      requestEvent(ports, closed, closed.recipient, 'answered'),
    ],
  });
  return { committed, request: closed };
}
