import { Fault } from '../core/fault.ts';

export interface FollowedTurns {
  stop(): Promise<void>;
}

/** Whoever follows is told within two seconds: half of that is for what a turn does. */
const usuallyEveryMs = 500;

/**
 * Takes turns, one at a time; while one is taken no other is begun, so that none queue up behind a database that is away.
 * The next turn tries again what the database, being away or busy, did not let this one do; anything else is told.
 * Whoever stops it waits for the turn that is being taken, and no other is begun.
 */
export function followTurns(turn: () => Promise<void>, onBroken: () => void, everyMs = usuallyEveryMs): FollowedTurns {
  let taking: Promise<void> | null = null;
  const timer = setInterval(() => {
    taking ??= Promise.resolve()
      .then(turn)
      .catch((error: unknown) => {
        if (!(error instanceof Fault)) onBroken();
      })
      .finally(() => {
        taking = null;
      });
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await taking;
    },
  };
}
