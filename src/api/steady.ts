/** Answers that leave when they arrived plus a fixed span, whatever was done for them. */
export interface SteadyAnswers {
  /** Begins at the arrival; `spans`: how many floors it gets, for a call that asks several things. */
  arrive(spans: number): SteadyAnswer;
}

export interface SteadyAnswer {
  /** Resolves at the moment at which the answer leaves; called when it is made. */
  leave(): Promise<void>;
  /** This answer leaves by itself. */
  forget(): void;
}

interface Waiting {
  dueMs: number;
  readonly spanMs: number;
  /** Absent: still at work. */
  go?: () => void;
}

const tickMs = 2;

/**
 * Holds answers until `floorMs` after they arrived, or the next multiple of it where the work took longer, and then
 * until the next tick of a clock that all share, on which they leave in the order of their arrival.
 *
 * INVARIANT: timers are set when a call arrives and when a tick has come, never when work ends: neither the moment of
 * the tick nor the order on it depends on what was done for whom. Rounding up to a tick without the floor would only
 * coarsen a difference and keep its mean. `floorMs` 0 holds nothing.
 */
export function steadyAnswers({ floorMs }: { readonly floorMs: number }): SteadyAnswers {
  /** In the order of arrival. */
  const waiting = new Set<Waiting>();
  let timer: NodeJS.Timeout | null = null;
  let armedMs = Number.POSITIVE_INFINITY;

  const tickFrom = (ms: number): number => Math.ceil(ms / tickMs) * tickMs;
  const arm = (): void => {
    const nextMs = Math.min(...[...waiting].map(({ dueMs }) => tickFrom(dueMs)));
    if (timer !== null && armedMs <= nextMs) return;
    if (timer !== null) clearTimeout(timer);
    armedMs = nextMs;
    timer = Number.isFinite(nextMs) ? setTimeout(tick, Math.max(1, Math.ceil(nextMs - performance.now()))) : null;
  };
  const tick = (): void => {
    timer = null;
    const now = performance.now();
    for (const one of waiting) {
      if (tickFrom(one.dueMs) > now) continue;
      if (one.go === undefined) {
        while (tickFrom(one.dueMs) <= now) one.dueMs += one.spanMs;
        continue;
      }
      waiting.delete(one);
      one.go();
    }
    arm();
  };

  return {
    arrive(spans) {
      if (floorMs === 0) return atOnce;
      const spanMs = floorMs * spans;
      const one: Waiting = { dueMs: performance.now() + spanMs, spanMs };
      waiting.add(one);
      arm();
      return {
        leave: () =>
          new Promise((resolve) => {
            one.go = resolve;
          }),
        forget: () => {
          waiting.delete(one);
        },
      };
    },
  };
}

const atOnce: SteadyAnswer = { leave: async () => undefined, forget: () => undefined };
