import type { Instant } from '../brand.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { isNeverOffered } from './accept-offer.ts';
import type { Change } from './change.ts';
import { frame, subjectMark } from './entries.ts';
import type { Committed, Entropy, Journal, PolicySets, Rests } from './ports.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import type { StopCause, WaitingState } from './state.ts';

export interface EndPorts {
  readonly entropy: Entropy;
  readonly policies: PolicySets;
  readonly journal: Journal;
}

/** A request that is on record as waiting. */
export type WaitingRequest = RequestRecord & { readonly state: WaitingState };

/** An end with the request as it then stands, where it became durable. */
export type Ended = { readonly committed: Committed; readonly request: RequestRecord };

/**
 * Ends a request whose basis went while it waited. Its source is told why; its recipient that it ended, and reads a
 * refusal as about a person whom nobody knows. `rests`: what showed that the basis went.
 */
export async function stopRequest(
  ports: EndPorts,
  request: WaitingRequest,
  { because, rests, at }: { readonly because: StopCause; readonly rests: Rests; readonly at: Instant },
): Promise<Ended> {
  const entry = stoppedEntry(ports, request, because, at);
  const stopped: RequestRecord = {
    ...request,
    state: 'withdrawn',
    movedAt: at,
    entry: entry.id,
    stoppedFor: because,
  };
  const moved = { type: 'request-moved', id: request.id, from: request.state, to: 'withdrawn', at } as const;
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [entry],
    changes: [{ ...moved, entry: entry.id, decision: null, stoppedFor: because }, ...toldOfStop(ports, stopped)],
  });
  return { committed, request: stopped };
}

/** The entry of a stop: why is for its source alone. */
export function stoppedEntry(
  { entropy, policies }: EndPorts,
  request: RequestRecord,
  because: StopCause,
  at: Instant,
): EntryDraft {
  return {
    ...frame(entropy, request, at, policies.current().digest),
    kind: 'request-stopped',
    body: { request: request.id },
    subject: request.subject,
    personal: { subject: subjectMark(entropy, request.subject), because },
    fleeting: {},
  };
}

export function toldOfStop(ports: EndPorts, stopped: RequestRecord): readonly Change[] {
  return [requestEvent(ports, stopped, stopped.source, 'stopped'), ...toldOfEnd(ports, stopped)];
}

/** Its recipient is told that it ended, unless it never heard that there was anything. */
function toldOfEnd(ports: EndPorts, ended: RequestRecord): readonly Change[] {
  return isNeverOffered(ended, ended.recipient) ? [] : [requestEvent(ports, ended, ended.recipient, 'ended')];
}

/** Ends a request that waited until its deadline, with whatever it rests on. */
export async function expireRequest(
  ports: EndPorts,
  request: WaitingRequest,
  { registryVersion, at }: { readonly registryVersion: number; readonly at: Instant },
): Promise<Ended> {
  const policySet = ports.policies.current().digest;
  const entry: EntryDraft = {
    ...frame(ports.entropy, request, at, policySet),
    kind: 'request-expired',
    body: { request: request.id, state: request.state },
    subject: request.subject,
    personal: { subject: subjectMark(ports.entropy, request.subject) },
    fleeting: {},
  };
  const expired: RequestRecord = { ...request, state: 'expired', movedAt: at, entry: entry.id };
  const moved = { type: 'request-moved', id: request.id, from: request.state, to: 'expired', at } as const;
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion, policySet },
    moves: false,
    entries: [entry],
    changes: [
      { ...moved, entry: entry.id, decision: null },
      requestEvent(ports, expired, expired.source, 'expired'),
      ...toldOfEnd(ports, expired),
    ],
  });
  return { committed, request: expired };
}
