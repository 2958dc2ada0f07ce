import { wakeAfterChange, wakeRequests } from '../core/disclosure/wake.ts';
import type { AppWorld } from './apps.ts';
import { type FollowedTurns, followTurns } from './follow-turns.ts';

/** Who must know is told within a second: a quarter of that for waiting, the rest for what a turn does. */
const everyMs = 250;
/** Also where nothing changed: a gateway of an earlier release may leave a request at which nobody would look. */
const lookThroughEveryMs = 60_000;

/** Looks at whatever waits and must be looked at; every gateway of a database does, each at some of it. */
export function followWaiting({ ports, log }: Pick<AppWorld, 'ports' | 'log'>): FollowedTurns {
  let seen: number | null = null;
  let lookedThroughMs = 0;
  const turn = async (): Promise<void> => {
    const { version } = ports.registry.current();
    if (version !== seen || performance.now() - lookedThroughMs > lookThroughEveryMs) {
      await wakeAfterChange(ports);
      seen = version;
      lookedThroughMs = performance.now();
    } else {
      await wakeRequests(ports);
    }
  };
  return followTurns(turn, () => log.alarm('requests that wait could not be looked at'), everyMs);
}
