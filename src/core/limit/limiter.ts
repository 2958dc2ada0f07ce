import type { Alerts } from '../alert/alert.ts';
import type { Instant, UnitId } from '../brand.ts';
import type { SubjectReference } from '../subject/reference.ts';
import type { LimitedKind, LimitRules, Limits } from './limits.ts';

export type CounterName = 'requests' | 'subjects' | 'refusals';

/** A counter of a fixed window, after what was added to it. */
export interface Counted {
  readonly total: number;
  readonly endsInMs: number;
}

/** What stands about one holder. */
export interface Standing {
  /** Refusals since the last permit. */
  readonly refusals: Counted;
  /** Which of the asked subjects were counted in this window already. */
  readonly counted: ReadonlySet<string>;
}

/** Counters that every gateway on one database shares. Each throws `Fault('database-unavailable')`. */
export interface LimitCounters {
  /** Adds to a window that begins with its first point; a negative number takes back. */
  add(counter: CounterName, holder: string, points: number): Promise<Counted>;
  /** In the order of the holders. */
  standing(holders: readonly string[], subjects: readonly string[]): Promise<readonly Standing[]>;
  /** Counted, for as long as the window of its counter lasts. */
  remember(holder: string, subjects: readonly string[], endsInMs: number): Promise<void>;
  /** No more until the pause is over. */
  pause(holder: string, refusals: number): Promise<void>;
  /** A permit ends the row. */
  endRow(holders: readonly string[]): Promise<void>;
}

export interface LimitPorts {
  readonly counters: LimitCounters;
  readonly alerts: Alerts;
  readonly limits: Limits;
  readonly now: () => Instant;
  /** Keyed hash of the parts together, so that nothing that is counted stands in clear. */
  readonly mark: (...parts: readonly string[]) => string;
}

/** Somebody who asks about somebody. */
export interface Asking {
  readonly unit: UnitId;
  /** The user for whom is asked, by the number of their own unit. */
  readonly user: string | null;
  readonly subjects: readonly SubjectReference[];
}

export interface OverLimit {
  readonly limit: 'requests' | 'subjects' | 'refusals';
  readonly retryAfterS: number;
}

/**
 * How much is asked by whom. INVARIANT: it looks at what was asked and what was answered before, and never at
 * what is on record about a person, so that it is the same for somebody and for nobody.
 */
export interface Limiter {
  /** Counts one call of a unit; null: within its limit. */
  call(unit: UnitId): Promise<OverLimit | null>;
  /** Counts whom is asked about, before anything is read about them. */
  admit(asking: Asking): Promise<Admission>;
}

export type Admission = { readonly over: OverLimit } | Admitted;

/** Within every limit; told afterwards how the call was answered. */
export interface Admitted {
  readonly over: null;
  refused(): Promise<void>;
  permitted(): Promise<void>;
}

interface Holder {
  readonly kind: LimitedKind;
  readonly mark: string;
  readonly rules: LimitRules;
}

export function createLimiter(ports: LimitPorts): Limiter {
  return {
    call: (unit) => countRequest(ports, unitHolder(ports, unit)),
    admit: (asking) => admit(ports, asking),
  };
}

async function admit(ports: LimitPorts, asking: Asking): Promise<Admission> {
  const { counters, mark } = ports;
  const user = asking.user === null ? null : userHolder(ports, asking.unit, asking.user);
  // Users first: one who asks too much must not use up what is left to the unit.
  const holders = [...(user === null ? [] : [user]), unitHolder(ports, asking.unit)];
  const marks = holders.map((holder) => holder.mark);
  const subjects = [...new Set(asking.subjects.map(({ type, value }) => mark('subject', asking.unit, type, value)))];
  const [requests, standing] = await Promise.all([
    user === null ? null : countRequest(ports, user),
    counters.standing(marks, subjects),
  ]);
  const over = requests ?? inARow(holders, standing);
  if (over !== null) return { over };
  const sweep = await countSubjects(ports, asking.unit, holders, subjects, standing);
  if (sweep !== null) return { over: sweep };
  const inRow = standing.some(({ refusals }) => refusals.total > 0);
  return {
    over: null,
    async refused() {
      for (const holder of holders) await countRefusal(ports, asking.unit, holder);
    },
    permitted: async () => (inRow ? counters.endRow(marks) : undefined),
  };
}

function unitHolder({ limits, mark }: LimitPorts, unit: UnitId): Holder {
  return { kind: 'unit', mark: mark('unit', unit), rules: limits.of('unit', unit) };
}

function userHolder({ limits, mark }: LimitPorts, unit: UnitId, user: string): Holder {
  return { kind: 'user', mark: mark('user', unit, user), rules: limits.of('user', unit) };
}

async function countRequest({ counters }: LimitPorts, { mark, rules }: Holder): Promise<OverLimit | null> {
  const counted = await counters.add('requests', mark, 1);
  return counted.total > rules.requestsPerMinute ? over('requests', counted) : null;
}

function over(limit: OverLimit['limit'], { endsInMs }: Counted): OverLimit {
  return { limit, retryAfterS: Math.max(1, Math.ceil(endsInMs / 1_000)) };
}

function inARow(holders: readonly Holder[], standing: readonly Standing[]): OverLimit | null {
  for (const [index, { rules }] of holders.entries()) {
    const refusals = standing[index]?.refusals;
    if (refusals !== undefined && refusals.total >= rules.refusalsInARow) return over('refusals', refusals);
  }
  return null;
}

async function countSubjects(
  { counters, alerts, now }: LimitPorts,
  unit: UnitId,
  holders: readonly Holder[],
  subjects: readonly string[],
  standing: readonly Standing[],
): Promise<OverLimit | null> {
  const counted: { readonly holder: Holder; readonly fresh: readonly string[]; readonly endsInMs: number }[] = [];
  for (const [index, holder] of holders.entries()) {
    const fresh = subjects.filter((subject) => standing[index]?.counted.has(subject) !== true);
    if (fresh.length === 0) continue;
    const window = await counters.add('subjects', holder.mark, fresh.length);
    if (window.total > holder.rules.subjectsPerHour) {
      // Whom a user may not ask about because of others does not use up what is left to that user.
      for (const before of counted) await counters.add('subjects', before.holder.mark, -before.fresh.length);
      await alerts.raise(alertAbout('subject-sweep', unit, holder, holder.rules.subjectsPerHour, now()));
      return over('subjects', window);
    }
    counted.push({ holder, fresh, endsInMs: window.endsInMs });
  }
  // INVARIANT: nobody is remembered as counted whom this call may not ask about.
  for (const { holder, fresh, endsInMs } of counted) await counters.remember(holder.mark, fresh, endsInMs);
  return null;
}

async function countRefusal({ counters, alerts, now }: LimitPorts, unit: UnitId, holder: Holder): Promise<void> {
  const most = holder.rules.refusalsInARow;
  const { total } = await counters.add('refusals', holder.mark, 1);
  if (total < most) return;
  await counters.pause(holder.mark, total);
  await alerts.raise(alertAbout('refusals-in-a-row', unit, holder, most, now()));
}

/** One in an hour for each holder, so that a sweep of days is seen as one that goes on. */
function alertAbout(
  kind: 'subject-sweep' | 'refusals-in-a-row',
  unit: UnitId,
  holder: Holder,
  most: number,
  now: Instant,
): Parameters<Alerts['raise']>[0] {
  return { kind, unit, mark: `${holder.mark.slice(0, 22)} ${now.slice(0, 13)}`, detail: { who: holder.kind, most } };
}
