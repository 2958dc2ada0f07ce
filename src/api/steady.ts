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
  /** Absent: still at work, and nothing waits for that. */
  go?: () => void;
}

const tickMs = 2;
/** Timers of the runtime have steps of 1 ms and may be a step late. */
const timerStepMs = 1;

/**
 * Holds answers until `floorMs` after they arrived, or the next multiple of it where the work took longer, and then
 * until the next tick of a clock that all share, on which they leave in the order of their arrival.
 *
 * INVARIANT: neither the moment of the tick nor the order on it depends on what was done for whom. Rounding up to a
 * tick without the floor would only coarsen a difference and keep its mean. Waiting is by timer until shortly before
 * the tick and then by turns of the loop, because a timer fires whole milliseconds after the loop went to sleep, which
 * it does when work ends: its fraction of a millisecond would tell when that was. The turns take about 1 ms of a
 * processor for each tick on which something leaves, and let everything else go on; nothing runs for what is still at
 * work: turned for each of those, the loop would spend most of its time so. `floorMs` 0 holds nothing. `onLate`: an answer was made after the first moment at which it could leave.
 */
export function steadyAnswers({
  floorMs,
  onLate = () => undefined,
}: {
  readonly floorMs: number;
  readonly onLate?: () => void;
}): SteadyAnswers {
  /** In the order of arrival. */
  const waiting = new Set<Waiting>();
  let stopWaiting: (() => void) | null = null;
  let tickAtMs = Number.POSITIVE_INFINITY;

  const tickFrom = (ms: number): number => Math.ceil(ms / tickMs) * tickMs;
  const wait = (): void => {
    const leftMs = tickAtMs - performance.now();
    if (leftMs <= 0) {
      tick();
    } else if (leftMs > 2 * timerStepMs) {
      const timer = setTimeout(wait, Math.floor(leftMs) - timerStepMs);
      stopWaiting = () => clearTimeout(timer);
    } else {
      const turn = setImmediate(wait);
      stopWaiting = () => clearImmediate(turn);
    }
  };
  /** For the first tick on which one of those that are made is due. */
  const waitForNext = (): void => {
    const made = [...waiting].filter(({ go }) => go !== undefined);
    const nextMs = Math.min(...made.map(({ dueMs }) => tickFrom(dueMs)));
    if (nextMs === tickAtMs) return;
    stopWaiting?.();
    stopWaiting = null;
    tickAtMs = nextMs;
    if (made.length > 0) wait();
  };
  const tick = (): void => {
    const now = performance.now();
    for (const one of waiting) {
      if (one.go === undefined || tickFrom(one.dueMs) > now) continue;
      waiting.delete(one);
      one.go();
    }
    tickAtMs = Number.POSITIVE_INFINITY;
    waitForNext();
  };

  return {
    arrive(spans) {
      if (floorMs === 0) return atOnce;
      const spanMs = floorMs * spans;
      const firstMs = performance.now() + spanMs;
      const one: Waiting = { dueMs: firstMs };
      waiting.add(one);
      return {
        leave: () =>
          new Promise((resolve) => {
            const now = performance.now();
            if (now > tickFrom(firstMs)) onLate();
            while (tickFrom(one.dueMs) <= now) one.dueMs += spanMs;
            one.go = resolve;
            waitForNext();
          }),
        forget: () => void waiting.delete(one),
      };
    },
  };
}

const atOnce: SteadyAnswer = { leave: async () => undefined, forget: () => undefined };
