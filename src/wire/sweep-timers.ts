import { Fault } from '../core/fault.ts';
import { fireTimers } from '../core/timer/fire-timers.ts';
import type { AppWorld } from './apps.ts';

const everyMs = 5_000;

/** Looks for moments that have come, now and every few seconds, one look at a time. */
export function sweepTimers({ ports, log }: AppWorld): { stop(): Promise<void> } {
  let looking: Promise<void> | null = null;
  const look = (): void => {
    looking ??= fireTimers(ports)
      .then(
        () => undefined,
        // A fault passes, and what did not fire waits for the next look.
        (error: unknown) => {
          if (!(error instanceof Fault)) log.alarm('deadlines that have come could not be put on record');
        },
      )
      .finally(() => {
        looking = null;
      });
  };
  look();
  const timer = setInterval(look, everyMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
