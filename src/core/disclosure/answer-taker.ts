import type { Instant, TraceId } from '../brand.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import { acceptedEntries } from './accept-offer.ts';
import type { Change } from './change.ts';
import { frame, subjectMark, userOnRecord } from './entries.ts';
import { personMark } from './person-mark.ts';
import type { Entropy, Marks, PolicySets } from './ports.ts';
import type { RequestRecord } from './request.ts';

interface TakerPorts {
  readonly entropy: Entropy;
  readonly policies: PolicySets;
  readonly marks: Marks;
}

/** Goes on record with the disclosure. */
export interface Taken {
  readonly entries: readonly EntryDraft[];
  readonly changes: readonly Change[];
}

const nothing: Taken = { entries: [], changes: [] };

/**
 * Who of the recipient gets an answer, where the record does not say so yet: whoever accepts an offer, and anybody but the
 * one for whom it was asked. `before`: marks of those who got it already. A system that collects for nobody in particular
 * collects for whoever asked.
 */
export function takenBy(
  ports: TakerPorts,
  request: RequestRecord,
  before: readonly string[],
  { user, at, trace }: { readonly user: User | null; readonly at: Instant; readonly trace: TraceId },
): Taken {
  if (user === null) return nothing;
  const taker = personMark(ports.marks, request.id, user.id);
  const isOffer = request.direction === 'push';
  if (before.includes(taker) || (!isOffer && request.asker === taker)) return nothing;
  const accepted = before.length === 0 ? acceptedEntries(ports, request, { user, at, trace }) : [];
  return {
    entries: accepted.length > 0 ? accepted : [takenEntry(ports, request, { user, at, trace })],
    changes: [{ type: 'answer-taken', request: request.id, taker }],
  };
}

/** Under the call of whoever takes it, by which they are found. */
function takenEntry(
  ports: TakerPorts,
  request: RequestRecord,
  { user, at, trace }: { readonly user: User; readonly at: Instant; readonly trace: TraceId },
): EntryDraft {
  return {
    ...frame(ports.entropy, { ...request, trace }, at, ports.policies.current().digest),
    kind: 'answer-taken',
    body: { request: request.id },
    subject: request.subject,
    personal: { subject: subjectMark(ports.entropy, request.subject), taker: userOnRecord(user) },
    fleeting: {},
  };
}
