import type { Instant } from '../brand.ts';
import { eachDue } from '../disclosure/each-in-turn.ts';
import { frame, subjectMark } from '../disclosure/entries.ts';
import type { Clock, Entropy, Journal, PolicySets, Registry } from '../disclosure/ports.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { nextLook } from '../policy/next-look.ts';
import { type DueInforming, type InformingDelays, shownFrom } from './informing-delay.ts';

export interface FollowInformingPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly journal: Journal;
  readonly informing: InformingDelays;
}

/**
 * Tells sources that a person will see what they gave, while they may still decide that it is later, and that they see it
 * from now on. Each is told once, however many gateways look. What a person sees does not wait for it. Returns how much
 * was put on record here.
 */
export async function followInforming(ports: FollowInformingPorts): Promise<number> {
  return eachDue(
    (passed) => ports.informing.due(ports.clock.now(), passed),
    (one) => settle(ports, () => follow(ports, one)),
  );
}

async function follow(ports: FollowInformingPorts, due: DueInforming): Promise<boolean | typeof stale> {
  const { request, seen } = due;
  const { id, source } = request;
  const set = ports.policies.current();
  const shown = shownFrom(request, await ports.informing.latest(id));
  const at = ports.clock.now();
  const lookAt = shown === null || shown <= at ? null : nextLook(set.informing, shown, at);
  // The first look of all finds out when the next one is; the day itself is told also where no look came before it.
  if (shown === null || (seen === null && shown > at)) {
    await ports.informing.putOff(id, seen, lookAt);
    return false;
  }
  const step = shown <= at ? 'due' : 'reminder';
  const type = `nl.sluis.informing-delay.${step}`;
  const told = { id: ports.entropy.id(), unit: source, type, time: at, dataref: `/v1/requests/${id}` };
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet: set.digest },
    moves: false,
    entries: [entryOf(ports, due, step, at)],
    changes: [
      { type: 'informing-followed', request: id, seen, at, lookAt },
      { type: 'event-emitted', event: { ...told, about: request.subject } },
    ],
  });
  if (committed.outcome === 'durable') return true;
  // Another gateway was first, or its source decided again.
  return committed.outcome === 'conflict' ? false : stale;
}

function entryOf(
  ports: FollowInformingPorts,
  { request }: DueInforming,
  step: 'reminder' | 'due',
  at: Instant,
): EntryDraft {
  const { id, subject, purpose, source, recipient } = request;
  const about = { trace: ports.entropy.trace(), purpose, source, recipient };
  return {
    ...frame(ports.entropy, about, at, ports.policies.current().digest),
    kind: 'informing-followed',
    body: { request: id, step },
    subject,
    personal: { subject: subjectMark(ports.entropy, subject) },
    fleeting: {},
  };
}
