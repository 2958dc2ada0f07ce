import { abandonInterrupted } from '../core/disclosure/abandon.ts';
import { Fault } from '../core/fault.ts';
import type { AppWorld } from './apps.ts';
import { followEmergencies } from './emergencies.ts';
import { followTerms } from './follow-terms.ts';
import { heldBackClock } from './held-back-clock.ts';
import type { Opened } from './opened.ts';
import type { GatewayRecord } from './record.ts';
import { standingAlerts } from './standing-alerts.ts';
import { sweepTimers } from './sweep-timers.ts';
import { followWaiting } from './wake-requests.ts';

export type MomentsWorld = Pick<AppWorld, 'ports' | 'log' | 'metrics' | 'alerts'> & {
  readonly record: Pick<GatewayRecord, 'serve'>;
};

const abandonEveryMs = 60_000;

/**
 * Looks, in every gateway, for what comes of a moment alone: reminders and terms, what was left in the middle, what officers
 * must hear. INVARIANT: none of it by a clock that is ahead of the database's.
 */
export async function followMoments(world: MomentsWorld, opened: Opened): Promise<void> {
  const { record, ports, log } = world;
  const alarm = () => log.alarm('the clock of the database could not be read');
  const clock = opened.add(await heldBackClock(record.serve, ports.clock, alarm), (held) => held.stop());
  const held = { ...world, ports: { ...ports, clock } };
  opened.add(sweepInterrupted(held), (timer) => clearInterval(timer));
  opened.add(sweepTimers(held), (sweeping) => sweeping.stop());
  opened.add(followTerms(held), (following) => following.stop());
  opened.add(followWaiting(held), (following) => following.stop());
  opened.add(followEmergencies(held), (following) => following.stop());
  opened.add(standingAlerts(held), (looking) => looking.stop());
}

/** What another gateway, or this one before it was killed, left in the middle. */
function sweepInterrupted({ ports, log }: MomentsWorld): NodeJS.Timeout {
  const sweep = (): void => {
    abandonInterrupted(ports).catch((error: unknown) => {
      if (!(error instanceof Fault)) log.alarm('requests that were interrupted could not be put on record as failed');
    });
  };
  sweep();
  return setInterval(sweep, abandonEveryMs).unref();
}
