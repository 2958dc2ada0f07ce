import { expireConsents } from '../core/consent/expire-consents.ts';
import { followCorrections } from '../core/correction/follow-corrections.ts';
import { tellSinceGiven } from '../core/correction/tell-since-given.ts';
import { followDuties } from '../core/duty/follow-duties.ts';
import { Fault } from '../core/fault.ts';
import { followInforming } from '../core/informing/follow-informing.ts';
import { followRights } from '../core/rights/follow-rights.ts';
import { fireTimers } from '../core/timer/fire-timers.ts';
import type { AppWorld } from './apps.ts';

const everyMs = 5_000;

/** Looks for moments that have come, for consents that have ended and for what recipients must destroy, now and every few seconds, one look at a time. */
export function sweepTimers({ ports, log }: Pick<AppWorld, 'ports' | 'log'>): { stop(): Promise<void> } {
  let looking: Promise<void> | null = null;
  const alarmed = (alarm: string) => (error: unknown) => {
    if (!(error instanceof Fault)) log.alarm(alarm);
  };
  const look = (): void => {
    looking ??= Promise.all([
      // A fault passes, and what did not fire waits for the next look.
      fireTimers(ports).catch(alarmed('deadlines that have come could not be put on record')),
      followDuties(ports).catch(alarmed('what recipients must destroy could not be followed')),
      followCorrections(ports).catch(alarmed('corrections that recipients must confirm could not be followed')),
      tellSinceGiven(ports).catch(alarmed('who got what was corrected while it was given could not be told')),
      followRights(ports).catch(alarmed('what persons ask of sources could not be followed')),
      followInforming(ports).catch(alarmed('what persons are told later could not be followed')),
      expireConsents(ports).catch(alarmed('consents that have ended could not be put on record')),
    ])
      .then(() => undefined)
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
