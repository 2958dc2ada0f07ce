import type { Digest, Instant, RequestId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import { eachDue } from '../disclosure/each-in-turn.ts';
import { frame } from '../disclosure/entries.ts';
import type { Clock, Entropy, Facts, Journal, PolicySets, Registry } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { dueReminder, type Held, isSameDate, reckonAgain, reminded } from './held.ts';

/** A request by which something was given that is not destroyed yet. */
export type HeldRequest = RequestRecord & { readonly held: Held };

/** A look that is due; `seen` is the moment that it was due at, by which one looker of many goes on. */
export interface DueDuty {
  readonly request: HeldRequest;
  readonly seen: Instant;
}

export interface Duties {
  /** What must be looked at by now, the oldest first, at most `dueAtOnce`, leaving out the first `passed`. */
  due(now: Instant, passed: number): Promise<readonly DueDuty[]>;
  /**
   * Puts off a look at which nothing was to be said by this set; nothing happens where somebody else looked or woke it since,
   * or another set is in force by now.
   */
  putOff(request: RequestId, seen: Instant, until: Instant | null, policySet: Digest): Promise<void>;
}

export interface DutyPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly facts: Facts;
  readonly duties: Duties;
  readonly journal: Journal;
}

/**
 * Dates what recipients hold by the facts as they are now, and reminds them of what they must destroy. Each
 * reminder is told once, however many gateways look: the commit of one is what the others find. Returns how
 * much was put on record here.
 */
export async function followDuties(ports: DutyPorts): Promise<number> {
  return eachDue(
    (passed) => ports.duties.due(ports.clock.now(), passed),
    (duty) => settle(ports, () => follow(ports, duty)),
  );
}

async function follow(ports: DutyPorts, { request, seen }: DueDuty): Promise<boolean | typeof stale> {
  const set = ports.policies.current();
  const facts = request.subject === null ? [] : await ports.facts.of(request.subject);
  const now = ports.clock.now();
  const reckoned = reckonAgain(set, request, facts, now);
  const reminder = dueReminder(set, reckoned, now);
  const held = reminder === null ? reckoned : reminded(set, reckoned, now);
  const steps = [...datingOf(request.held, held), ...(reminder === null ? [] : [reminder.step])];
  if (steps.length === 0) {
    await ports.duties.putOff(request.id, seen, held.lookAt, set.digest);
    return false;
  }
  const committed = await ports.journal.commit({
    // What is looked at is left alone by whoever changes the facts meanwhile: then `seen` is not there any more.
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet: set.digest },
    moves: false,
    entries: steps.map((step) => entryOf(ports, request, held, step, now)),
    changes: [{ type: 'duty-followed', id: request.id, seen, held }, ...eventsOf(ports, request, steps, now)],
  });
  if (committed.outcome === 'durable') return true;
  // Another gateway was first, it was destroyed, or a fact changed and it is looked at again.
  return committed.outcome === 'conflict' ? false : stale;
}

type Step = 'dated' | 'undated' | 'reminder' | 'due';

function datingOf(before: Held, after: Held): readonly Step[] {
  if (isSameDate(before.retention, after.retention) && before.sourceKnows === after.sourceKnows) return [];
  return [after.retention === null ? 'undated' : 'dated'];
}

function entryOf(ports: DutyPorts, request: HeldRequest, held: Held, step: Step, now: Instant): EntryDraft {
  const { id, subject, purpose, source, recipient } = request;
  const about = { trace: ports.entropy.trace(), purpose, source, recipient };
  return {
    ...frame(ports.entropy, about, now, ports.policies.current().digest),
    kind: 'destruction-followed',
    body: { request: id, step },
    subject,
    personal: {
      ...(subject === null ? {} : { subject }),
      ...(held.retention === null ? {} : { deleteBy: held.retention.deleteBy }),
    },
    fleeting: {},
  };
}

/** To the recipient alone. That retention began it is told of by its timer; here, that a date it had is another one now. */
function eventsOf(ports: DutyPorts, request: HeldRequest, steps: readonly Step[], time: Instant): readonly Change[] {
  const hadDate = request.held.retention !== null;
  return steps.flatMap((step) => {
    const isNews = step === 'reminder' || step === 'due' || hadDate;
    if (!isNews) return [];
    const type = step === 'reminder' || step === 'due' ? `nl.sluis.destruction.${step}` : 'nl.sluis.retention.changed';
    const dataref = `/v1/requests/${request.id}`;
    const to = { id: ports.entropy.id(), unit: request.recipient };
    return [{ type: 'event-emitted', event: { ...to, type, time, dataref, about: request.subject } }];
  });
}
