import type { Instant } from '../../src/core/brand.ts';
import { type CounterName, createLimiter, type LimitCounters, type Limiter } from '../../src/core/limit/limiter.ts';
import { type LimitsFile, limitsFrom } from '../../src/core/limit/limits.ts';

/** Counters in memory, as they are in the store; windows never end by themselves. */
export function memoryCounters(endsInMs = 1_500) {
  const totals = new Map<string, number>();
  const remembered = new Map<string, Set<string>>();
  const key = (counter: CounterName, holder: string) => `${counter} ${holder}`;
  const counters: LimitCounters = {
    async add(counter, holder, points) {
      const total = (totals.get(key(counter, holder)) ?? 0) + points;
      totals.set(key(counter, holder), total);
      return { total, endsInMs };
    },
    standing: async (holders, subjects) =>
      holders.map((holder) => ({
        refusals: { total: totals.get(key('refusals', holder)) ?? 0, endsInMs: 60_000 },
        counted: new Set(subjects.filter((subject) => remembered.get(holder)?.has(subject))),
      })),
    async remember(holder, subjects) {
      remembered.set(holder, new Set([...(remembered.get(holder) ?? []), ...subjects]));
    },
    pause: async (holder, refusals) => void totals.set(key('refusals', holder), refusals),
    endRow: async (holders) => holders.forEach((holder) => void totals.delete(key('refusals', holder))),
  };
  const total = (counter: CounterName, holder: string) => totals.get(key(counter, holder));
  return { counters, remembered, total };
}

/** A limiter of these rules on counters of its own, of which nobody hears. */
export function memoryLimiter(file: LimitsFile, endsInMs?: number): Limiter {
  return createLimiter({
    counters: memoryCounters(endsInMs).counters,
    limits: limitsFrom(file),
    now: () => '2026-11-22T10:30:00.000Z' as Instant,
    mark: (...parts) => parts.join('|'),
    alerts: { raise: async () => undefined },
  });
}
