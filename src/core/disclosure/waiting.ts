import type { Instant, UnitId } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import type { PartnerRegistry } from '../partner/partner.ts';
import { deadlinesFor, rolesToTurnTo, type Term } from '../policy/deadlines.ts';
import type { PolicySets } from './ports.ts';
import type { RequestRecord } from './request.ts';
import { isWaiting, type WaitingState } from './state.ts';

/** For whom a request waits in each state. */
const waitsFor: Readonly<Record<WaitingState, 'source' | 'recipient'>> = {
  'awaiting-approval': 'source',
  'awaiting-source': 'source',
  'partly-answered': 'source',
  permitted: 'recipient',
  answered: 'recipient',
};

/** The party that must do something next. */
export function awaitedBy(request: Pick<RequestRecord, 'source' | 'recipient'>, state: WaitingState) {
  return waitsFor[state] === 'source' ? request.source : request.recipient;
}

export interface TermPorts {
  readonly policies: PolicySets;
  readonly registry: { current(): PartnerRegistry };
}

type Of = Pick<RequestRecord, 'source' | 'recipient' | 'purpose'>;

/** How long a request may wait in this state, under the policies of its source. Roles are those of who is waited for. */
export function termOf({ policies, registry }: TermPorts, request: Of, state: WaitingState): Term {
  const { units } = registry.current();
  const source = units.get(request.source);
  const set = (source === undefined ? null : policies.boundTo(source)) ?? policies.current();
  const term = deadlinesFor(set.deadlines, request.purpose)[waitsFor[state] === 'source' ? 'respond' : 'collect'];
  const to = rolesToTurnTo(term, set.catalogue, units.get(awaitedBy(request, state))?.kind ?? '');
  return { ...term, escalate: term.escalate === null || to.length === 0 ? null : { ...term.escalate, to } };
}

/** Until when a request waits that comes into this state now. */
export function dueAfter(ports: TermPorts, request: Of, state: WaitingState, at: Instant): Instant {
  return instantAfter(at, termOf(ports, request, state).within);
}

/**
 * Whether its time is over: nobody may approve or collect it any more, whether that is on record yet or not. A call refuses
 * by it and ends nothing: the clock of its gateway may be ahead, and an end is not taken back. `wakeRequests` ends it.
 */
export function isOverdue({ state, dueAt }: Pick<RequestRecord, 'state' | 'dueAt'>, now: Instant): boolean {
  return isWaiting(state) && dueAt !== null && dueAt <= now;
}

export interface Reminder {
  readonly at: Instant;
  readonly step: 'reminder' | 'escalation';
}

/** Every moment before the end at which the party that is waited for is told, the earliest first. */
export function remindersBefore({ remindBefore, escalate }: Term, dueAt: Instant): readonly Reminder[] {
  const reminders = remindBefore.map(
    (before) => ({ at: instantAfter(dueAt, `-${before}`), step: 'reminder' }) as const,
  );
  if (escalate === null) return reminders.toSorted(byTime);
  const escalation = { at: instantAfter(dueAt, `-${escalate.before}`), step: 'escalation' } as const;
  return [...reminders, escalation].toSorted(byTime);
}

function byTime(one: Reminder, other: Reminder): number {
  if (one.at === other.at) return 0;
  return one.at < other.at ? -1 : 1;
}

/** Roles that this unit was told to turn to by now; none before, and where it is not waited for. */
export function escalatedTo(ports: TermPorts, unit: UnitId, request: RequestRecord, now: Instant): readonly string[] {
  const { state, dueAt } = request;
  if (!isWaiting(state) || dueAt === null || awaitedBy(request, state) !== unit) return [];
  const { escalate } = termOf(ports, request, state);
  return escalate !== null && instantAfter(dueAt, `-${escalate.before}`) <= now ? escalate.to : [];
}
