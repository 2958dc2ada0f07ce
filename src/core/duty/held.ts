import type { Instant } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import { givenFields } from '../disclosure/given-fields.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { Fact } from '../fact/fact.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { type Reckoned, type Retention, reckonRetention } from '../timer/retention.ts';

/** What a recipient got by a request, and until when it may keep it. */
export interface Held {
  readonly disclosedAt: Instant;
  /** null: it has not begun, or no date follows from what the gateway knows. Never: it may be kept for ever. */
  readonly retention: Retention | null;
  /** Whether the source knows of the start as well; to a source that does not, no date is shown. */
  readonly sourceKnows: boolean;
  /** Reminders up to this moment were told; null: none since the date was set. */
  readonly remindedAt: Instant | null;
  /** The earliest moment at which somebody must look again; null: only when a fact changes. */
  readonly lookAt: Instant | null;
}

export type DutySet = Pick<PolicySet, 'retentionStarts' | 'destructionReminders'>;

/** What is held from the moment of a disclosure on, dated at once where its start is known by then. */
export function heldFrom(
  set: DutySet,
  request: Pick<RequestRecord, 'source' | 'receivedAt' | 'decision'>,
  facts: readonly Fact[],
  at: Instant,
): Held {
  const held: Held = { disclosedAt: at, retention: null, sourceKnows: false, remindedAt: null, lookAt: null };
  return reckonAgain(set, { ...request, held }, facts, at);
}

/** The same by the facts as they are now. A date that has moved is reminded of anew. */
export function reckonAgain(
  set: DutySet,
  { source, receivedAt, decision, held }: Pick<RequestRecord, 'source' | 'receivedAt' | 'decision'> & { held: Held },
  facts: readonly Fact[],
  now: Instant,
): Held {
  // Of an answer that held nothing there is nothing to destroy.
  const retain = givenFields({ decision }).length === 0 ? undefined : decision.obligations?.retain;
  const { disclosedAt } = held;
  const { revokedAt } = decision;
  const reckoned = retain && reckonRetention(set, { source, receivedAt, disclosedAt, retain, revokedAt }, facts, now);
  // The rule is in force no more: what it said before stands.
  const { retention, sourceKnows, nextStart }: Reckoned = reckoned ?? { ...held, nextStart: null };
  const remindedAt = isSameDate(retention, held.retention) ? held.remindedAt : null;
  const lookAt = retention === null ? nextStart : nextReminder(set, retention, remindedAt);
  return { disclosedAt, retention, sourceKnows, remindedAt, lookAt };
}

export function isSameDate(one: Retention | null, other: Retention | null): boolean {
  return one?.startedAt === other?.startedAt && one?.deleteBy === other?.deleteBy;
}

/** What the recipient must be told by now: the last reminder that has come and was not told; null: nothing. */
export function dueReminder(
  set: DutySet,
  { retention, remindedAt }: Held,
  now: Instant,
): { readonly step: 'reminder' | 'due' } | null {
  const come = retention === null ? [] : remindersOf(set, retention).filter(({ at }) => isAfter(at, remindedAt));
  return come.findLast(({ at }) => at <= now) ?? null;
}

/** With every reminder up to now told. */
export function reminded(set: DutySet, held: Held, now: Instant): Held {
  const { retention } = held;
  return { ...held, remindedAt: now, lookAt: retention && nextReminder(set, retention, now) };
}

function nextReminder(set: DutySet, retention: Retention, told: Instant | null): Instant | null {
  return remindersOf(set, retention).find(({ at }) => isAfter(at, told))?.at ?? null;
}

/** In order, the date itself last. What would lie before the start is none. */
function remindersOf({ destructionReminders }: DutySet, { startedAt, deleteBy }: Retention) {
  const ahead = destructionReminders
    .map((period) => instantAfter(deleteBy, `-${period}`))
    .filter((at) => at > startedAt)
    .sort();
  return [...ahead.map((at) => ({ at, step: 'reminder' }) as const), { at: deleteBy, step: 'due' } as const];
}

function isAfter(at: Instant, other: Instant | null): boolean {
  return other === null || at > other;
}
