import type { Digest, Instant, RequestId, UnitId } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import { Fault } from '../fault.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { nextTurn } from '../policy/next-turn.ts';
import { permitThatStands } from './at-source.ts';
import { askedThen, type Consultation, type ConsultPorts, consult } from './consult.ts';
import { endOverdue } from './end-overdue.ts';
import { stoppedEntry, stopRequest, toldOfStop, type WaitingRequest } from './end-waiting.ts';
import { frame, subjectMark } from './entries.ts';
import type { Answers } from './kept-answer.ts';
import type { Committed, Entropy, Journal, Requests } from './ports.ts';
import type { RequestRecord } from './request.ts';
import { requestEvent } from './request-events.ts';
import { coversOffer, permitForParts } from './sealed-as-a-whole.ts';
import { settle, stale } from './settle.ts';
import { isWaiting, type StopCause } from './state.ts';
import { awaitedBy, dueAfter, isOverdue, type Reminder, remindersBefore, termOf } from './waiting.ts';
import { bothActive, whyStopped } from './why-stopped.ts';

/** A request at which somebody must look, and this gateway does. */
export interface Woken {
  readonly id: RequestId;
  /** Until when no other gateway looks; where it is another by the time of the answer, somebody woke it again. */
  readonly lease: Instant;
  /** How many of its reminders were told. */
  readonly reminded: number;
  /** Under which set it was looked at last; null: never. */
  readonly policySet: Digest | null;
}

/** What decides about requests of a unit, whoever they are about. */
export interface Binding {
  readonly id: UnitId;
  readonly active: boolean;
  readonly set: Digest | null;
}

export interface WaitingRequests {
  /**
   * Takes some of those whose moment has come, half of them the oldest and half the newest: whoever takes something back
   * now does not wait behind a crowd, and nobody is passed over for ever. No other gateway has them until the lease ends.
   */
  claim(now: Instant, atMost: number): Promise<readonly Woken[]>;
  /**
   * Wakes what waits under other policies than bind its source by now, for a party that is not active, or for a moment
   * further away than anybody rests: at most so many, and says how many that were. They come behind whoever is woken
   * alone. Reads all that waits: for after a change of the registry, and now and then.
   */
  wakeUnbound(units: readonly Binding[], now: Instant, atMost: number): Promise<number>;
  /** Until the next look; null: there is none. Does nothing where it was woken again meanwhile. */
  rest(
    woken: Woken,
    next: { readonly wakesAt: Instant; readonly dueAt: Instant; readonly policySet: Digest } | null,
  ): Promise<void>;
}

export interface WakePorts extends ConsultPorts {
  readonly answers: Answers;
  readonly entropy: Entropy;
  readonly journal: Journal;
  readonly requests: Requests;
  readonly waiting: WaitingRequests;
}

/** Looked at together; few, so that whoever calls the gateway does not wait for them. */
const atOnce = 16;
/** However quiet the record: what nobody foresaw is noticed within a day. */
const longestRest = 'P1D';

/**
 * Looks at requests whose moment has come: a deadline, a reminder, or a change of what they rest on. Each is decided
 * again; what is over expires, what is not permitted any more is stopped, the rest waits on. One that cannot be looked
 * at does not keep the others waiting, and is looked at again when its lease ends. Returns how many were looked at.
 * Nothing is given here, and nothing that is given relies on it: `approve`, `collect` and `deliver` decide themselves.
 */
export async function wakeRequests(ports: WakePorts): Promise<number> {
  let looked = 0;
  for (;;) {
    const woken = await ports.waiting.claim(ports.clock.now(), atOnce);
    const looks = await Promise.allSettled(woken.map((each) => settle(ports, () => look(ports, each))));
    const broken = looks.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    const worst = broken.find((reason) => !(reason instanceof Fault)) ?? broken[0];
    if (worst !== undefined) throw worst;
    looked += woken.length;
    if (woken.length < atOnce) return looked;
  }
}

/** So many are woken by one statement, which must end before those who change what they rest on mind. */
const wokenAtOnce = 1_000;

/** Wakes whatever a change of policies or partners may have taken the basis from, and looks at it. */
export async function wakeAfterChange(ports: WakePorts): Promise<void> {
  for (;;) {
    const woken = await ports.waiting.wakeUnbound(bindingsNow(ports), ports.clock.now(), wokenAtOnce);
    await wakeRequests(ports);
    if (woken < wokenAtOnce) return;
  }
}

/** What binds each unit now. */
function bindingsNow({ registry, policies }: Pick<WakePorts, 'registry' | 'policies'>): readonly Binding[] {
  return [...registry.current().units.values()].map((unit) => ({
    id: unit.id,
    active: unit.state === 'active',
    set: policies.boundTo(unit)?.digest ?? null,
  }));
}

/** `stale`: what it rests on moved; to be looked at anew. */
async function look(ports: WakePorts, woken: Woken): Promise<typeof stale | undefined> {
  const registry = ports.registry.current();
  const request = await ports.requests.find(woken.id);
  if (request === null) return undefined;
  if (request.state === 'withdrawn' && request.stoppedFor !== null)
    return tellOfStop(ports, request, request.stoppedFor);
  if (!isWaitingRequest(request)) {
    await ports.waiting.rest(woken, null);
    return undefined;
  }
  const now = ports.clock.now();
  if (isOverdue(request, now)) {
    return ended(await endOverdue(ports, request, { registryVersion: registry.version, at: now }));
  }
  if (!bothActive(registry, [request.source, request.recipient])) {
    const rests = { subject: null, registryVersion: registry.version, policySet: ports.policies.current().digest };
    return ended(await stopRequest(ports, request, { because: 'party', rests, at: now }));
  }
  return decideAgain(ports, woken, request);
}

function isWaitingRequest(request: RequestRecord): request is WaitingRequest {
  return isWaiting(request.state);
}

async function decideAgain(ports: WakePorts, woken: Woken, request: WaitingRequest): Promise<typeof stale | undefined> {
  const consultation = await consult(ports, {
    ...askedThen(request, subjectMark(ports.entropy, request.subject)),
    idempotency: null,
  });
  const { rests, now, source, reading } = consultation;
  if (!(await stillStands(ports, request, consultation))) {
    const because = whyStopped(ports, request, consultation, woken.policySet ?? request.decision.policySet);
    return ended(await stopRequest(ports, request, { because, rests, at: now }));
  }
  const dueAt = request.dueAt ?? dueAfter(ports, request, request.state, now);
  const reminders = remindersBefore(termOf(ports, request, request.state), dueAt);
  const passed = reminders.filter(({ at }) => at <= now);
  if (passed.length > woken.reminded) {
    const committed = await remind(ports, request, passed.slice(woken.reminded), woken.reminded);
    // Another gateway was first, or it moved: then somebody looks at it again.
    if (committed.outcome !== 'durable') return ended({ committed });
  }
  const set = ports.policies.boundTo(source);
  if (set === null) return stale;
  const tomorrow = instantAfter(now, longestRest);
  const turns = [
    dueAt,
    tomorrow,
    reminders[passed.length]?.at,
    nextTurn(set, request.purpose, reading.snapshot, now, tomorrow),
  ];
  const [wakesAt = tomorrow] = turns.filter((turn) => turn !== undefined && turn !== null).sort();
  await ports.waiting.rest(woken, { wakesAt, dueAt, policySet: set.digest });
  return undefined;
}

/** What its next step would ask: what that would not do any more ends now, and is not left lying until somebody tries. */
async function stillStands(ports: WakePorts, request: WaitingRequest, consultation: Consultation): Promise<boolean> {
  const { decision } = consultation;
  switch (request.state) {
    case 'awaiting-source':
      return permitThatStands(ports, request, consultation) !== null;
    case 'partly-answered':
    case 'answered':
      return permitForParts(ports, request, consultation, await ports.answers.outline(request.id)) !== null;
    default:
      return decision.outcome === 'permit' && coversOffer(request, decision);
  }
}

/** One word to the party that is waited for, however many reminders came due since the last look. */
async function remind(
  ports: WakePorts,
  request: WaitingRequest,
  due: readonly Reminder[],
  before: number,
): Promise<Committed> {
  const at = ports.clock.now();
  const policySet = ports.policies.current().digest;
  const escalated = due.some(({ step }) => step === 'escalation');
  const roles = termOf(ports, request, request.state).escalate?.to ?? [];
  const entry: EntryDraft = {
    ...frame(ports.entropy, request, at, policySet),
    kind: 'request-reminded',
    body: { request: request.id, ...(escalated ? { step: 'escalation', roles: [...roles] } : { step: 'reminder' }) },
    subject: request.subject,
    personal: { subject: subjectMark(ports.entropy, request.subject) },
    fleeting: {},
  };
  const moment = { ...request, movedAt: at };
  return ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet },
    moves: false,
    entries: [entry],
    changes: [
      { type: 'request-reminded', id: request.id, seen: request.entry, told: before + due.length, before },
      requestEvent(ports, moment, awaitedBy(request, request.state), escalated ? 'escalated' : 'reminded'),
    ],
  });
}

/** It was stopped with others in the commit that took its basis away; here follow its own entry and its parties. */
async function tellOfStop(
  ports: WakePorts,
  request: RequestRecord,
  because: StopCause,
): Promise<typeof stale | undefined> {
  const at = ports.clock.now();
  const entry = stoppedEntry(ports, request, because, at);
  const policySet = ports.policies.current().digest;
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet },
    moves: false,
    entries: [entry],
    changes: [
      { type: 'request-stop-told', id: request.id, entry: entry.id },
      ...toldOfStop(ports, { ...request, movedAt: at }),
    ],
  });
  return ended({ committed });
}

/** A conflict: it went another way meanwhile, and whoever waits on is looked at again. */
function ended({ committed }: { readonly committed: Committed }): typeof stale | undefined {
  return committed.outcome === 'stale' ? stale : undefined;
}
