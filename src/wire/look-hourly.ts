import type { AccessLog } from '../api/access-log.ts';
import { Fault } from '../core/fault.ts';

export interface HourlyLook {
  /** Looks once; a look that cannot reach the database is taken again at the next turn. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

const hourMs = 3_600_000;

/** Looks now and every hour, one look at a time. `alarm`: what could not be looked at, where the database was not away. */
export function lookHourly(
  lookAtAll: () => Promise<void>,
  log: Pick<AccessLog, 'alarm'>,
  { alarm, everyMs = hourMs }: { readonly alarm: string; readonly everyMs?: number | undefined },
): HourlyLook {
  let running: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    running = running.then(lookAtAll).catch((error: unknown) => {
      if (!(error instanceof Fault)) log.alarm(alarm);
    });
    return running;
  };
  void look();
  const timer = setInterval(look, everyMs).unref();
  return {
    look,
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
