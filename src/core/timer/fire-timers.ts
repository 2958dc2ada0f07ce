import type { Instant, UnitId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import { eachDue } from '../disclosure/each-in-turn.ts';
import { frame } from '../disclosure/entries.ts';
import { givenFields } from '../disclosure/given-fields.ts';
import type {
  Clock,
  Entropy,
  Journal,
  PolicySets,
  Registry,
  Requests,
  Snapshots,
  Timers,
} from '../disclosure/ports.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { type Fact, holdsAt } from '../fact/fact.ts';
import type { EntryDraft, JsonValue } from '../ledger/entry.ts';
import { involvementRole, involvementType } from '../policy/condition.ts';
import { reckonRetention } from './retention.ts';
import type { Timer } from './timer.ts';

export interface TimerPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly snapshots: Snapshots;
  readonly requests: Requests;
  readonly timers: Timers;
  readonly journal: Journal;
}

/**
 * Tells whom it concerns of every moment that has come. Each fires once, however many gateways look:
 * the commit of one is what the others find. Returns how many fired here.
 */
export async function fireTimers(ports: TimerPorts): Promise<number> {
  return eachDue(
    (passed) => ports.timers.due(ports.clock.now(), passed),
    (timer) => settle(ports, () => fire(ports, timer)),
  );
}

async function fire(ports: TimerPorts, timer: Timer): Promise<boolean | typeof stale> {
  const registryVersion = ports.registry.current().version;
  const set = ports.policies.current();
  const nobody = '' as UnitId;
  const { snapshot } = await ports.snapshots.read({
    subject: { by: 'id', id: timer.subject },
    source: nobody,
    recipient: nobody,
    idempotency: null,
  });
  // What waited may have been cancelled or fired since the list was read.
  const found = await ports.timers.find(timer.id);
  if (found?.state !== 'waiting') return false;
  // Its person was joined to another, or parted, since: the list is read again.
  if (found.subject !== timer.subject) return false;
  const now = ports.clock.now();
  const told =
    timer.kind === 'retention'
      ? await holdersOf(ports, timer, snapshot.facts, now)
      : unitsOf(ports, timer, snapshot.facts, now);
  const committed = await ports.journal.commit({
    rests: { subject: snapshot.subject, registryVersion, policySet: set.digest },
    moves: false,
    entries: [entryOf(ports, timer, told, now)],
    changes: [
      { type: 'timer-fired', id: timer.id, now },
      ...told.map(({ unit, dataref }): Change => {
        const type = timer.kind === 'retention' ? 'nl.sluis.retention.started' : `nl.sluis.timer.${timer.kind}`;
        const event = { id: ports.entropy.id(), unit, type, time: now, dataref, about: timer.subject };
        return { type: 'event-emitted', event };
      }),
    ],
  });
  if (committed.outcome === 'durable') return true;
  // Another gateway was first.
  return committed.outcome === 'conflict' ? false : stale;
}

interface Told {
  readonly unit: UnitId;
  readonly dataref: string;
}

/** Units that stand, now, in a role that the timer names. A timer that the set no longer has tells nobody. */
function unitsOf(ports: TimerPorts, timer: Timer, facts: readonly Fact[], now: Instant): readonly Told[] {
  const roles = ports.policies.current().timers.get(timer.word)?.to ?? [];
  const { units } = ports.registry.current();
  return [...unitsInRoles(facts, roles, now)]
    .filter((unit) => units.get(unit)?.state === 'active')
    .map((unit) => ({ unit, dataref: `/v1/timers/${timer.id}` }));
}

export function unitsInRoles(facts: readonly Fact[], roles: readonly string[], at: Instant): ReadonlySet<UnitId> {
  const standing = facts.filter(
    (fact) =>
      fact.type === involvementType && holdsAt(fact, at) && roles.includes(fact.attributes[involvementRole] ?? ''),
  );
  return new Set(standing.map(({ unit }) => unit).filter((unit): unit is UnitId => unit !== null));
}

/** Recipients of what was disclosed, for whom this moment is the start of their retention. */
async function holdersOf(
  ports: TimerPorts,
  timer: Timer,
  facts: readonly Fact[],
  now: Instant,
): Promise<readonly Told[]> {
  const held = await ports.requests.disclosedAbout(timer.subject);
  return held
    .filter((request) => givenFields(request).length > 0)
    .filter(({ source, receivedAt, decision, held: got, destructionConfirmedAt }) => {
      const retain = decision.obligations?.retain;
      if (got === null || destructionConfirmedAt !== null || retain?.until !== timer.word) return false;
      const kept = { source, receivedAt, disclosedAt: got.disclosedAt, retain, revokedAt: decision.revokedAt };
      const reckoned = reckonRetention(ports.policies.current(), kept, facts, now);
      return reckoned?.retention?.startedAt === timer.at;
    })
    .map(({ id, recipient }) => ({ unit: recipient, dataref: `/v1/requests/${id}` }));
}

function entryOf(ports: TimerPorts, timer: Timer, told: readonly Told[], now: Instant): EntryDraft {
  const about = { trace: ports.entropy.trace(), purpose: null, source: null, recipient: null };
  const body: Record<string, JsonValue> = { timer: timer.id, word: timer.word, told: told.map(({ unit }) => unit) };
  if (timer.kind !== 'retention') body.kind = timer.kind;
  return {
    ...frame(ports.entropy, about, now, ports.policies.current().digest),
    kind: timer.kind === 'retention' ? 'retention-started' : 'timer-fired',
    body,
    subject: timer.subject,
    personal: { subject: timer.subject, fact: timer.fact },
    fleeting: {},
  };
}
