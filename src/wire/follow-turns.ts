import { Fault } from '../core/fault.ts';

export interface FollowedTurns {
  stop(): Promise<void>;
}

/** Whoever follows is told within two seconds: half of that is for what a turn does. */
const usuallyEveryMs = 500;

/**
 * Takes turns, one at a time. The next turn tries again what the database, being away or busy, did not let
 * this one do; anything else is told.
 */
export function followTurns(turn: () => Promise<void>, onBroken: () => void, everyMs = usuallyEveryMs): FollowedTurns {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(turn).catch((error: unknown) => {
      if (!(error instanceof Fault)) onBroken();
    });
  }, everyMs);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
