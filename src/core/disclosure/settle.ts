import { Fault } from '../fault.ts';
import type { Clock, Registry } from './ports.ts';

/** What an attempt answers when the world moved between its reading and its writing. */
export const stale: unique symbol = Symbol('stale');

const attempts = 10;
const longestPauseMs = 200;

/**
 * Repeats read–decide–write until the write finds unchanged what the decision rests on.
 * Throws `Fault('subject-busy')` after about a second of trying; nothing was written then.
 */
export async function settle<T>(
  ports: { readonly clock: Clock; readonly registry: Registry },
  attempt: () => Promise<T | typeof stale>,
): Promise<T> {
  for (let tried = 0; tried < attempts; tried++) {
    const outcome = await attempt();
    if (outcome !== stale) return outcome;
    await ports.registry.refresh();
    await ports.clock.pause(Math.min(5 * 2 ** tried, longestPauseMs));
  }
  throw new Fault('subject-busy', 'what the decision rests on keeps changing');
}
